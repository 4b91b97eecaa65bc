import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openCloud } from '../../../../src/providers/openstack/cloud.js';
import { openstackSettings } from '../../../../src/providers/openstack/settings.js';
import { createAuthority, issueCertificate } from '../../../../src/secrets/certificates.js';

const { signal } = new AbortController();

describe('an OpenStack whose certificate nobody knows', () => {
  let directory: string;
  let server: Server;
  let env: Record<string, string>;

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-openstack-'));
    const authority = await createAuthority('the cloud');
    await writeFile(join(directory, 'ca.pem'), authority.certificate);
    const { certificate, key } = await issueCertificate(authority, { commonName: 'cloud', addresses: ['127.0.0.1'] });
    const now = Date.now();
    const token = {
      issued_at: new Date(now).toISOString(),
      expires_at: new Date(now + 3_600_000).toISOString(),
      project: { id: 'p', name: 'shop' },
    };
    server = createServer({ cert: certificate, key: key.reveal() }, (request, response) => {
      const isLogin = request.method === 'POST';
      response.writeHead(200, isLogin ? { 'x-subject-token': 't' } : {});
      response.end(JSON.stringify(isLogin ? { token } : { servers: [] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    env = {
      ...{ OS_AUTH_URL: `${url}/v3`, OS_NOVA_BYPASS_URL: `${url}/v2.1` },
      ...{ OS_USERNAME: 'me', OS_PASSWORD: 'hunter2', OS_PROJECT_ID: 'p' },
    };
  });

  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(directory, { recursive: true });
  });

  async function list(more: Readonly<Record<string, string>>) {
    const cloud = openCloud(await openstackSettings({ ...env, ...more }));
    try {
      return await cloud.nova.named('x', signal);
    } finally {
      cloud.close();
    }
  }

  it('is refused in words that name the variable, before the password is sent', async () => {
    await expect(list({})).rejects.toMatchObject({
      code: 'PROVIDER_FAILED',
      message: expect.stringMatching(/^the certificate of https:\/\/127\.0\.0\.1:\d+ is not trusted: .*OS_CACERT/),
    });
  });

  it.each([
    ['OS_CACERT names who signed it', () => ({ OS_CACERT: join(directory, 'ca.pem') })],
    ['OS_INSECURE takes any', () => ({ OS_INSECURE: 'true' })],
  ])('is asked where %s', async (_what, more) => {
    expect(await list(more())).toEqual([]);
  });
});
