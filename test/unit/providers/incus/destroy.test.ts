import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IncusApi } from '../../../../src/providers/incus/api.js';
import { destroyServer } from '../../../../src/providers/incus/destroy.js';

describe('the volumes of a server that is destroyed', () => {
  const asked: string[] = [];
  let directory: string;
  let server: Server;
  let api: IncusApi;

  // As Incus 6 lists them; LXD 5 leaves snapshots out.
  const volume = (name: string, owner: string) => ({
    name,
    config: { 'user.dtrove-server': owner },
    content_type: 'filesystem',
  });
  const volumes = [volume('v1', 'gone'), volume('v1/first', 'gone'), volume('v2', 'another')];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-incus-'));
    server = createServer(({ method = '', url = '' }, response) => {
      asked.push(`${method} ${url.split('?')[0] ?? ''}`);
      const missing = { type: 'error', error_code: 404, error: 'Instance not found', metadata: null };
      response.end(JSON.stringify(url.includes('/instances/') ? missing : { type: 'sync', metadata: volumes }));
    });
    const socket = join(directory, 'socket');
    await new Promise<void>((resolve) => server.listen(socket, resolve));
    api = new IncusApi({ socket }, 'default');
  });

  afterAll(async () => {
    api.close();
    server.close();
    await rm(directory, { recursive: true });
  });

  it('go with it, their snapshots with them, and those of others stay', async () => {
    await destroyServer(api, 'lab', 'gone', new AbortController().signal);
    expect(asked.filter((line) => line.startsWith('DELETE'))).toEqual([
      'DELETE /1.0/storage-pools/lab/volumes/custom/v1',
    ]);
  });
});
