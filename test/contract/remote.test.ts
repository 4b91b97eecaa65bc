import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRemotePool } from '../../src/remote/pool.js';
import { startSshd } from '../support/sshd.js';
import { remoteContract } from './remote.js';

for (const prefix of ['', 'env DTROVE=1']) {
  remoteContract(`SSH, prefix ${JSON.stringify(prefix)}`, async () => {
    const sshd = await startSshd();
    const pool = createRemotePool({ prefix });
    const directory = await mkdtemp(join(tmpdir(), 'dtrove-remote-'));
    return {
      remote: pool.get(sshd.target),
      scratch: join(directory, 'scratch'),
      idle: sshd.idle,
      cut: sshd.cut,
      async close() {
        await pool.close();
        await sshd.close();
        await rm(directory, { recursive: true });
      },
    };
  });
}
