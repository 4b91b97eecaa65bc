import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { onOpenStack, openLab, type Lab } from './support/lab.js';

const { signal } = new AbortController();

onOpenStack('whoever has an account of OpenStack', () => {
  let lab: Lab;
  let directory: string;
  let token: string;
  let credential: { readonly id: string; readonly secret: string };

  const post = async (path: string, body: object, headers: Readonly<Record<string, string>> = {}) => {
    const response = await fetch(`${lab.env['OS_AUTH_URL'] ?? ''}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    return { headers: response.headers, body: (await response.json()) as Readonly<Record<string, unknown>> };
  };

  beforeAll(async () => {
    lab = await openLab();
    directory = await mkdtemp(join(tmpdir(), 'dtrove-openstack-'));
    const { OS_USERNAME: name, OS_PASSWORD: password, OS_PROJECT_ID: id } = lab.env;
    const identity = { methods: ['password'], password: { user: { name, domain: { id: 'default' }, password } } };
    const login = await post('/auth/tokens', { auth: { identity, scope: { project: { id } } } });
    token = login.headers.get('x-subject-token') ?? '';
    const { user } = login.body['token'] as { user: { id: string } };
    const made = await post(
      `/users/${user.id}/application_credentials`,
      { application_credential: { name: 'dtrove' } },
      { 'x-auth-token': token },
    );
    credential = made.body['application_credential'] as typeof credential;
  });

  afterAll(async () => {
    await rm(directory, { recursive: true });
    await lab.close();
  });

  const nobody = { OS_USERNAME: '', OS_PASSWORD: '', OS_PROJECT_ID: '' };
  const byName = async () => {
    const { project } = (await lab.admin.ask('GET', 'identity', `/projects/${lab.project}`)) as {
      project: { name: string };
    };
    return project.name;
  };

  it.each<[string, () => Promise<Readonly<Record<string, string>>>]>([
    [
      'a password, and a project by its name',
      async () => ({ OS_PROJECT_ID: '', OS_PROJECT_NAME: await byName(), OS_PROJECT_DOMAIN_NAME: 'Default' }),
    ],
    ['a token', () => Promise.resolve({ ...nobody, OS_TOKEN: token, OS_PROJECT_ID: lab.project })],
    [
      'an application credential',
      () =>
        Promise.resolve({
          ...nobody,
          OS_AUTH_TYPE: 'v3applicationcredential',
          OS_APPLICATION_CREDENTIAL_ID: credential.id,
          OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
        }),
    ],
    [
      'an application credential by its name',
      () =>
        Promise.resolve({
          ...{ OS_PASSWORD: '', OS_PROJECT_ID: '' },
          OS_APPLICATION_CREDENTIAL_NAME: 'dtrove',
          OS_APPLICATION_CREDENTIAL_SECRET: credential.secret,
        }),
    ],
    [
      'clouds.yaml, and the internal endpoints',
      async () => {
        const { OS_AUTH_URL: url, OS_USERNAME: name, OS_PASSWORD: password } = lab.env;
        const auth = { auth_url: url, username: name, password, project_id: lab.project, user_domain_id: 'default' };
        const file = join(directory, 'clouds.yaml');
        await writeFile(file, JSON.stringify({ clouds: { shop: { auth, interface: 'internal' } } }));
        return { ...nobody, OS_AUTH_URL: '', OS_CLOUD: 'shop', OS_CLIENT_CONFIG_FILE: file };
      },
    ],
  ])('is known by %s', async (_what, variables) => {
    const provider = await lab.provider(await variables());
    expect((await provider.flavors()).map(({ name }) => name)).toContain(lab.env['DTROVE_OPENSTACK_FLAVOR']);
    expect(await provider.leftovers?.(signal)).toEqual([]);
  });
});
