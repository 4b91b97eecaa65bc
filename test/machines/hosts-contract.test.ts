import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fingerprint } from '../../src/remote/keys.js';
import { createRemotePool } from '../../src/remote/pool.js';
import { openVault } from '../../src/secrets/open-vault.js';
import { readHostsFile } from '../../src/hosts/file.js';
import { FileHosts } from '../../src/hosts/from-file.js';
import { DatabasePool } from '../../src/hosts/pool.js';
import { hosts } from '../../src/providers/hosts/index.js';
import { providerContract } from '../contract/providers.js';
import { TestServer } from '../support/database.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';
import { openMachines } from './support/containers.js';
import { onMachines } from './support/lab.js';

/** The provider hosts on three containers that a file lists. */
onMachines('servers that a file lists', () => {
  providerContract('hosts', async () => {
    const lab = openMachines('hosts-contract', 'debian-13', 5432);
    const machines = await Promise.all([1, 2, 3].map(() => lab.add()));
    const directory = await mkdtemp(join(tmpdir(), 'dtrove-hosts-'));
    const path = join(directory, 'hosts.json');
    const [first] = machines;
    await writeFile(join(directory, 'key'), first?.door.privateKey.reveal() ?? '', { mode: 0o600 });
    const entries = machines.map(({ addr, door: { user, hostKey, passphrase } }) => ({
      ...{ address: addr, user, hostKeyFingerprint: fingerprint(hostKey) },
      ...{ privateKeyFile: 'key', passphrase: passphrase.reveal() },
    }));
    await writeFile(path, JSON.stringify(entries), { mode: 0o600 });

    const server = await TestServer.start();
    const { db } = await server.fresh();
    const vault = await openVault(db, [{ id: 'test', key: Buffer.alloc(32, 7) }]);
    const remotes = createRemotePool();
    const ground = { db, vault, remotes, sshUser: 'dtrove' };
    const pool = new DatabasePool(ground, new FileHosts(ground, await readHostsFile(path), quiet));
    const provider = await hosts.build({ dataDir: directory, env: {}, log: quiet, hosts: () => pool });
    await provider.adopt();
    await until('the hosts of the file', async () => (await pool.capacities()).length === 3, 120_000);
    return {
      provider,
      image: 'debian-13',
      restore: async () => {
        await db.query(`UPDATE host SET state = 'FREE', message = '', instance_id = NULL, cluster_id = NULL`);
      },
      async close() {
        await provider.close();
        await remotes.close();
        await server.stop();
        await lab.close();
        await rm(directory, { recursive: true });
      },
    };
  });
});
