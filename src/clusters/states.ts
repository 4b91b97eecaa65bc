import { IsNull, Not, type EntityManager } from 'typeorm';
import { BackupSchedule } from '../../schema/backup-schedule.js';
import { Cluster } from '../../schema/cluster.js';
import type { ClusterStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { clusterTopic } from '../events/event.js';
import { toEntities } from '../db/rows.js';
import { record } from '../events/event-log.js';
import { assertMove } from './transitions.js';
import { verdictOf, type Shown } from './verdict.js';

/** The only writers of cluster and instance state: the row first, the event with it. */

export async function setCluster(
  tx: EntityManager,
  id: string,
  patch: { status: ClusterStatus; message: string; deletedAt?: Date },
): Promise<Cluster> {
  const cluster = await tx.findOneOrFail(Cluster, { where: { id }, lock: { mode: 'pessimistic_write' } });
  assertMove(cluster.status, patch.status);
  return show(tx, cluster, { ...patch, settled: null, settledMessage: null });
}

async function show(tx: EntityManager, cluster: Cluster, patch: Partial<Cluster>): Promise<Cluster> {
  Object.assign(cluster, patch);
  await tx.update(Cluster, cluster.id, patch);
  await record(tx, clusterTopic(cluster.id), { cluster });
  return cluster;
}

/** What operations left a cluster in, whatever its servers do. */
export const settledOf = ({ status, message, settled, settledMessage }: Cluster): Shown => ({
  status: settled ?? status,
  message: settledMessage ?? message,
});

/** Shows how a cluster stands with the troubles that its instances have now. Nothing is written where that is as it was. */
export async function showVerdict(tx: EntityManager, id: string): Promise<void> {
  const cluster = await tx.findOneOrFail(Cluster, { where: { id }, lock: { mode: 'pessimistic_write' } });
  const settled = settledOf(cluster);
  const { status, message } = verdictOf(settled, await liveInstances(tx, id), await remarksOn(tx, id));
  if (status === cluster.status && message === cluster.message) return;
  assertMove(cluster.status, status);
  const same = status === settled.status && message === settled.message;
  const kept = same
    ? { settled: null, settledMessage: null }
    : { settled: settled.status, settledMessage: settled.message };
  await show(tx, cluster, { status, message, ...kept });
}

/** What its schedules of backups have to say. */
async function remarksOn(tx: EntityManager, clusterId: string): Promise<string[]> {
  const schedules = await tx.find(BackupSchedule, { where: { clusterId, message: Not('') }, order: { id: 'ASC' } });
  return schedules.map(({ cron, message }) => `schedule of backups "${cron}": ${message}`);
}

type InstancePatch = Partial<
  Pick<
    Instance,
    | 'serverStatus'
    | 'progress'
    | 'message'
    | 'addr'
    | 'server'
    | 'volume'
    | 'port'
    | 'sshPort'
    | 'hostKey'
    | 'user'
    | 'certificate'
    | 'deletedAt'
    | 'role'
    | 'trouble'
    | 'datastoreUp'
    | 'datastoreVersion'
  >
> & {
  readonly facts?: object;
};

export async function setInstance(tx: EntityManager, id: string, patch: InstancePatch): Promise<void> {
  const update = tx.createQueryBuilder().update(Instance).set(patch).where({ id }).returning('*');
  const { raw } = (await update.execute()) as { raw: Record<string, unknown>[] };
  const [instance] = toEntities(tx, Instance, raw);
  if (instance === undefined) throw new Error(`no instance ${id}`);
  await record(tx, clusterTopic(instance.clusterId), { instance });
}

/** The instances of a cluster that are not deleted, in the order of their making. */
export const liveInstances = (db: EntityManager, clusterId: string): Promise<Instance[]> =>
  db.find(Instance, { where: { clusterId, deletedAt: IsNull() }, order: { id: 'ASC' } });
