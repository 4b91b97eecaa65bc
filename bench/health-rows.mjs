import { randomUUID } from 'node:crypto';
import { createKeyPair } from './product.mjs';

/** The rows of one-node clusters that are active, with a server each. */
export async function insertClusters(db, vault, { ports, hostKey }) {
  const pair = createKeyPair('bench');
  const datastore = randomUUID();
  await db.query(
    `INSERT INTO datastore (id, manager, version, image, packages) VALUES ($1, 'postgres', '17', 'bench', '{}')`,
    [datastore],
  );
  const facts = {
    init: 'local',
    os: 'debian',
    osVersion: '13',
    cpus: 1,
    memoryMb: 1024,
    home: '/home/x',
    runDir: '/run',
  };
  for (const [i, port] of ports.entries()) {
    const [cluster, instance, key] = [randomUUID(), randomUUID(), randomUUID()];
    await db.query(
      `INSERT INTO cluster (id, name, datastore_id, size, status, message, provider, flavor)
       VALUES ($1, $2, $3, 1, 'ACTIVE', '', 'bench', 'any')`,
      [cluster, `bench ${i}`, datastore],
    );
    await db.query(
      `INSERT INTO instance (id, name, cluster_id, role, server_status, progress, message, addr, server, "user", port,
                             ssh_port, host_key, facts, certificate, datastore_up, datastore_version)
       VALUES ($1, $2, $3, 'PRIMARY', 'ACTIVE', 100, '', '127.0.0.1', $8, 'dtrove', 5432, $4, $5, $6, $7, true, '17.5')`,
      [instance, `bench ${i}-1`, cluster, port, hostKey.publicKey, facts, 'none', instance],
    );
    await db.query(
      `INSERT INTO key (id, name, cluster_id, public_key, private_key, passphrase) VALUES ($1, 'bench', $2, $3, $4, $5)`,
      [key, cluster, pair.publicKey, vault.seal(pair.privateKey, key), vault.seal(pair.passphrase, key)],
    );
  }
  const rows = await db.query('SELECT id, cluster_id AS "clusterId" FROM instance');
  return rows.map(({ id, clusterId }) => ({ id, key: id, clusterId, state: 'ACTIVE', message: '' }));
}
