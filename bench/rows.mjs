import { randomUUID } from 'node:crypto';

/** Rows of active clusters with their instances, in their order. */
export async function insertList({ rows }, { clusters: count, nodes }) {
  const datastore = randomUUID();
  await rows(
    `INSERT INTO datastore (id, manager, version, image, packages) VALUES ($1, 'postgres', '17', 'bench', '{}')`,
    [datastore],
  );
  const clusters = ids(count);
  const instances = ids(count * nodes);
  for (const [i, id] of clusters.entries()) {
    await rows(
      `INSERT INTO cluster (id, name, datastore_id, size, status, message, provider, flavor)
       VALUES ($1, $2, $3, $4, 'ACTIVE', '', 'local', 'small')`,
      [id, `bench-${i}`, datastore, nodes],
    );
    for (let n = 0; n < nodes; n += 1) {
      await rows(
        `INSERT INTO instance (id, name, cluster_id, role, server_status, progress, message, addr, server, "user", port, ssh_port)
         VALUES ($1, $2, $3, $4, 'ACTIVE', 100, '', '127.0.0.1', 'server', 'dtrove', $5, $6)`,
        [instances[i * nodes + n], `bench-${i}-${n + 1}`, id, n === 0 ? 'PRIMARY' : 'REPLICA', 15432 + i, 16432 + i],
      );
    }
  }
  return { clusters, instances };
}

const ids = (count) => Array.from({ length: count }, () => randomUUID()).sort();
