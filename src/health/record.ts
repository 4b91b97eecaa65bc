import type { DataSource } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { setInstance, showVerdict } from '../clusters/states.js';
import type { Judgement } from './judge.js';
import { watchedClusters, type WatchedCluster, type WatchedInstance } from './watched.js';

/** Whether a judgement says something else than the row. */
export const isNews = (row: WatchedInstance, judged: Judgement): boolean =>
  row.serverStatus !== judged.serverStatus ||
  row.trouble !== judged.trouble ||
  row.datastoreUp !== judged.datastoreUp ||
  row.datastoreVersion !== judged.datastoreVersion;

/**
 * Writes what has changed of a cluster's instances, and how the cluster stands then, with the events. Nothing where an
 * operation has begun or ended since the look: what was seen then may be its doing. True where something was written.
 */
export async function recordJudgements(
  db: DataSource,
  { id, signature }: WatchedCluster,
  judgements: ReadonlyMap<string, Judgement>,
): Promise<boolean> {
  return db.transaction(async (tx) => {
    // Whoever begins or ends an operation of the cluster has this lock.
    await tx.findOne(Cluster, { where: { id }, lock: { mode: 'pessimistic_write' }, select: { id: true } });
    const [now] = await watchedClusters(tx, id);
    if (now?.signature !== signature) return false;
    let written = false;
    for (const instance of now.instances) {
      const judged = judgements.get(instance.id);
      if (judged === undefined || !isNews(instance, judged)) continue;
      const { serverStatus, trouble, datastoreUp, datastoreVersion } = judged;
      await setInstance(tx, instance.id, { serverStatus, trouble, datastoreUp, datastoreVersion });
      written = true;
    }
    await showVerdict(tx, id);
    return written;
  });
}
