import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { authRequest } from '../../../../src/providers/openstack/credentials.js';
import { openstackSettings } from '../../../../src/providers/openstack/settings.js';

const openrc = {
  OS_AUTH_URL: 'https://cloud.example:5000/v3',
  OS_USERNAME: 'me',
  OS_PASSWORD: 'hunter2',
  OS_PROJECT_ID: 'p1',
  OS_USER_DOMAIN_NAME: 'Default',
};
const requestOf = async (env: Record<string, string>) => authRequest((await openstackSettings(env)).credentials);

describe('the settings of the provider openstack, from an openrc file', () => {
  it('need who we are and where, and nothing of our own', async () => {
    expect(await openstackSettings({ ...openrc, DTROVE_PORT: '4000' })).toMatchObject({
      authUrl: 'https://cloud.example:5000/v3',
      preferences: { region: '', interface: 'public', overrides: {} },
      ca: '',
      verify: true,
      network: '',
      antiAffinity: 'soft',
      bootVolumeGb: 0,
      sshNetworks: ['0.0.0.0/0', '::/0'],
      clientNetworks: [],
    });
  });

  it('take a password, with names or ids', async () => {
    expect(await requestOf(openrc)).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'me', domain: { name: 'Default' }, password: 'hunter2' } },
        },
        scope: { project: { id: 'p1' } },
      },
    });
    const rest = { ...openrc, OS_PROJECT_ID: '' };
    expect(
      await requestOf({ ...rest, OS_USER_ID: 'u1', OS_PROJECT_NAME: 'shop', OS_PROJECT_DOMAIN_ID: 'd1' }),
    ).toMatchObject({
      auth: {
        identity: { password: { user: { id: 'u1' } } },
        scope: { project: { name: 'shop', domain: { id: 'd1' } } },
      },
    });
  });

  it('take an application credential, which has its project in itself', async () => {
    const url = { OS_AUTH_URL: openrc.OS_AUTH_URL };
    const secret = { OS_APPLICATION_CREDENTIAL_SECRET: 's' };
    const type = { OS_AUTH_TYPE: 'v3applicationcredential' };
    expect(await requestOf({ ...url, ...type, ...secret, OS_APPLICATION_CREDENTIAL_ID: 'a1' })).toEqual({
      auth: { identity: { methods: ['application_credential'], application_credential: { id: 'a1', secret: 's' } } },
    });
    const named = { OS_APPLICATION_CREDENTIAL_NAME: 'dtrove', OS_USERNAME: 'me', OS_USER_DOMAIN_ID: 'd' };
    expect(await requestOf({ ...url, ...secret, ...named })).toMatchObject({
      auth: {
        identity: {
          application_credential: { name: 'dtrove', user: { name: 'me', domain: { id: 'd' } }, secret: 's' },
        },
      },
    });
  });

  it('take a token', async () => {
    expect(await requestOf({ OS_AUTH_URL: openrc.OS_AUTH_URL, OS_TOKEN: 't', OS_PROJECT_ID: 'p1' })).toEqual({
      auth: { identity: { methods: ['token'], token: { id: 't' } }, scope: { project: { id: 'p1' } } },
    });
  });

  it('take endpoints, interface and region as given', async () => {
    const more = {
      OS_AUTH_URL: 'http://cloud:5000/',
      OS_NOVA_BYPASS_URL: 'http://nova:8774/v2.1',
      OS_NETWORK_ENDPOINT_OVERRIDE: 'http://neutron:9696',
      OS_ENDPOINT_TYPE: 'internalURL',
      OS_REGION_NAME: 'north',
      OS_INSECURE: 'true',
      DTROVE_OPENSTACK_CLIENT_NETWORKS: '10.0.0.0/8, fd00::/8',
    };
    expect(await openstackSettings({ ...openrc, ...more })).toMatchObject({
      authUrl: 'http://cloud:5000/v3',
      verify: false,
      preferences: {
        region: 'north',
        interface: 'internal',
        overrides: { compute: 'http://nova:8774/v2.1', network: 'http://neutron:9696' },
      },
      clientNetworks: ['10.0.0.0/8', 'fd00::/8'],
    });
  });

  it.each([
    [{ OS_AUTH_URL: '' }, /^OS_AUTH_URL: the provider openstack needs it/],
    [{ OS_AUTH_URL: 'cloud' }, /^OS_AUTH_URL: is a URL/],
    [{ OS_AUTH_URL: 'https://cloud:5000/v2.0' }, /^OS_AUTH_URL: is of version 2.0/],
    [{ OS_USERNAME: '' }, /^OS_USERNAME: the provider openstack needs it/],
    [{ OS_PASSWORD: '' }, /^OS_PASSWORD: the provider openstack needs it/],
    [{ OS_PROJECT_ID: '' }, /^OS_PROJECT_ID: or OS_PROJECT_NAME says/],
    [{ OS_AUTH_TYPE: 'kerberos' }, /^OS_AUTH_TYPE: is password/],
    [{ OS_INTERFACE: 'outside' }, /^OS_INTERFACE: is public/],
    [{ OS_NOVA_BYPASS_URL: 'nova' }, /^OS_COMPUTE_ENDPOINT_OVERRIDE or OS_NOVA_BYPASS_URL: is a URL/],
    [{ OS_CACERT: '/nowhere/ca.pem' }, /^OS_CACERT: cannot be read: ENOENT/],
    [{ DTROVE_OPENSTACK_CLIENT_NETWORKS: '10.0.0.0/33' }, /^DTROVE_OPENSTACK_CLIENT_NETWORKS: is a list of networks/],
    [{ DTROVE_OPENSTACK_ANTI_AFFINITY: 'very' }, /^DTROVE_OPENSTACK_ANTI_AFFINITY: is soft/],
  ])('refuse %j in one line, without a word of the password', async (more, words) => {
    const error = await openstackSettings({ ...openrc, ...more }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(words) });
    expect(String(error)).not.toContain('hunter2');
  });
});

describe('the settings of the provider openstack, from clouds.yaml', () => {
  let directory: string;
  let env: Record<string, string>;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-openstack-'));
    env = { OS_CLIENT_CONFIG_FILE: join(directory, 'clouds.yaml'), OS_CLOUD: 'shop', HOME: directory };
  });

  afterEach(async () => {
    await rm(directory, { recursive: true });
  });

  const file = (text: string) => writeFile(join(directory, 'clouds.yaml'), text);

  it('are a cloud of it, and what is set beside it', async () => {
    await file(`
clouds:
  other: {}
  shop:
    region_name: north
    interface: internal
    verify: false
    auth:
      auth_url: https://cloud.example:5000
      username: me
      password: 'hunter2'
      project_name: shop
      user_domain_name: Default
      project_domain_id: default
`);
    const settings = await openstackSettings({ ...env, OS_REGION_NAME: 'south', OS_USERNAME: 'somebody else' });
    expect(settings).toMatchObject({
      authUrl: 'https://cloud.example:5000/v3',
      verify: false,
      preferences: { region: 'south', interface: 'internal' },
    });
    expect(authRequest(settings.credentials)).toMatchObject({
      auth: { identity: { password: { user: { name: 'me', domain: { name: 'Default' }, password: 'hunter2' } } } },
    });
  });

  it('have their password in secure.yaml, where it is there', async () => {
    const shop = 'auth: {auth_url: https://cloud.example:5000, username: me, project_id: p1}';
    await file(`clouds: {shop: {${shop}, auth_type: v3password}}`);
    await mkdir(join(directory, '.config/openstack'), { recursive: true });
    const secure = 'clouds: {shop: {auth: {password: hunter2}}}';
    await writeFile(join(directory, '.config/openstack/secure.yaml'), secure);
    expect(await requestOf(env)).toMatchObject({ auth: { identity: { password: { user: { password: 'hunter2' } } } } });
    // What is set beside the cloud counts more.
    const beside = await requestOf({ ...env, OS_PASSWORD: 'hunter3' });
    expect(beside).toMatchObject({ auth: { identity: { password: { user: { password: 'hunter3' } } } } });
  });

  it('may be an application credential, and endpoints', async () => {
    await file(`
clouds:
  shop:
    auth_type: v3applicationcredential
    auth: {auth_url: https://cloud.example/identity, application_credential_id: a1, application_credential_secret: s}
    volume_endpoint_override: https://cinder.example/v3
`);
    const settings = await openstackSettings(env);
    expect(settings).toMatchObject({
      authUrl: 'https://cloud.example/identity/v3',
      preferences: { overrides: { volume: 'https://cinder.example/v3' } },
    });
    expect(authRequest(settings.credentials)).toMatchObject({
      auth: { identity: { application_credential: { id: 'a1', secret: 's' } } },
    });
  });

  it.each([
    ['clouds: {other: {}}', /^OS_CLOUD: \S+ has no cloud "shop"; it has: other$/],
    ['clouds: [', /^OS_CLOUD: \S+ cannot be read: /],
    ['cloud: {}', /^OS_CLOUD: \S+ cannot be read: /],
  ])('refuse %j', async (text, words) => {
    await file(text);
    await expect(openstackSettings(env)).rejects.toMatchObject({ message: expect.stringMatching(words) });
  });

  it('say where the file was looked for', async () => {
    await expect(openstackSettings(env)).rejects.toMatchObject({
      message: expect.stringContaining(`OS_CLOUD: there is no clouds.yaml; looked for: ${directory}/clouds.yaml`),
    });
  });
});
