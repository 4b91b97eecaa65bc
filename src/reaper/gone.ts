import type { DataSource } from 'typeorm';
import { ClusterStatus, InstanceRole, ServerStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { setCluster, setInstance } from '../clusters/states.js';
import type { Provider, Server } from '../providers/provider.js';
import { ask } from './look.js';

const findServing = `
  SELECT i.id, i.server FROM instance i JOIN cluster c ON c.id = i.cluster_id
   WHERE c.provider = $1 AND i.deleted_at IS NULL AND i.server IS NOT NULL AND i.server_status = $2
     AND i.id::text <> ALL($3)`;

/** Shows instances as ERROR whose server the provider no longer has. What an operation works on is left to it. */
export async function showGone(db: DataSource, provider: Provider, servers: readonly Server[]): Promise<void> {
  const keys = servers.map(({ key }) => key);
  const missing = await db.query<{ id: string; server: string }[]>(findServing, [
    provider.id,
    ServerStatus.ACTIVE,
    keys,
  ]);
  for (const { id, server } of missing) {
    // A list may be older than the server: ask for this very one.
    if ((await ask(provider, (signal) => provider.updateStatus(server, signal))) === null)
      await showOne(db, provider.id, id);
  }
}

const showOne = (db: DataSource, provider: string, id: string): Promise<void> =>
  db.transaction(async (tx) => {
    const found = await tx.findOneByOrFail(Instance, { id });
    await tx.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [found.clusterId]);
    const busy = await tx.query<unknown[]>(
      `SELECT 1 FROM operation WHERE cluster_id = $1 AND status IN ('QUEUED', 'RUNNING', 'WAITING')`,
      [found.clusterId],
    );
    const instance = await tx.findOneByOrFail(Instance, { id });
    if (busy.length > 0 || instance.deletedAt !== null || instance.serverStatus !== ServerStatus.ACTIVE) return;
    const words = `the provider ${provider} no longer has its server ${instance.server ?? ''}`;
    await setInstance(tx, id, { serverStatus: ServerStatus.ERROR, message: words });
    const replica = instance.role === InstanceRole.REPLICA;
    const advice = replica ? 'remove it with removeNode' : 'its data are gone with it; delete the cluster';
    await setCluster(tx, instance.clusterId, {
      status: replica ? ClusterStatus.DEGRADED : ClusterStatus.ERROR,
      message: `${instance.name}: ${words}; ${advice}`,
    });
  });
