import type { EntityManager } from 'typeorm';
import type { Cluster } from '../../schema/cluster.js';
import { InstanceRole, ServerStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { clusterTopic } from '../events/event.js';
import { recordAll } from '../events/event-log.js';
import { newId } from '../ids.js';

/** The rows of `count` further instances, which are the intent to make their servers. The cluster's first is the primary. */
export async function addInstances(
  tx: EntityManager,
  cluster: Cluster,
  count: number,
  user: string,
): Promise<Instance[]> {
  const [found] = await tx.query<{ made: string }[]>('SELECT count(*) AS made FROM instance WHERE cluster_id = $1', [
    cluster.id,
  ]);
  const made = Number(found?.made ?? 0);
  const instances = Array.from({ length: count }, (_, i) =>
    Object.assign(new Instance(), {
      id: newId(),
      name: `${cluster.name}-${made + i + 1}`,
      clusterId: cluster.id,
      role: made + i === 0 ? InstanceRole.PRIMARY : InstanceRole.REPLICA,
      serverStatus: ServerStatus.PENDING,
      progress: 0,
      message: '',
      trouble: '',
      datastoreUp: null,
      datastoreVersion: null,
      addr: null,
      server: null,
      volume: null,
      user,
      port: null,
      sshPort: null,
      hostKey: null,
      facts: null,
      certificate: null,
      createdAt: new Date(),
      deletedAt: null,
    }),
  );
  await tx.insert(Instance, instances);
  const events = instances.map((instance) => ({ instance }));
  await recordAll(tx, clusterTopic(cluster.id), events);
  return instances;
}
