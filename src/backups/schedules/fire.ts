import type { EntityManager } from 'typeorm';
import { BackupSchedule } from '../../../schema/backup-schedule.js';
import { Cluster } from '../../../schema/cluster.js';
import { ClusterStatus } from '../../../schema/enums.js';
import type { Platform } from '../../clusters/platform.js';
import { settledOf } from '../../clusters/states.js';
import { messageOf } from '../../errors.js';
import type { Operations } from '../../operations/operations.js';
import { workingOn } from '../../operations/working.js';
import { beginBackup } from '../create.js';
import { nextTime } from './cron.js';
import { say } from './note.js';

/** How late a backup may begin before that is told, in milliseconds. */
const patienceMs = 10 * 60_000;

/**
 * Begins the backup of a schedule that is due: one, however often it was missed. Left out where its backup before it
 * still runs; waits where something else works on the cluster, such as the backup of another schedule. The id of the operation, to be woken when it is committed.
 */
export async function fire(
  tx: EntityManager,
  platform: Platform,
  operations: Operations,
  scheduleId: string,
): Promise<string | null> {
  // Whoever locks both locks the cluster before its schedules.
  const found = await tx.findOneBy(BackupSchedule, { id: scheduleId });
  if (found === null) return null;
  const cluster = await tx.findOneOrFail(Cluster, {
    where: { id: found.clusterId },
    lock: { mode: 'pessimistic_write' },
  });
  const schedule = await tx.findOne(BackupSchedule, { where: { id: scheduleId }, lock: { mode: 'pessimistic_write' } });
  const now = new Date();
  if (schedule === null) return null;
  if (schedule.nextAt > now) {
    // It was woken for a time that is not its own any more, or by a clock that is ahead.
    await platform.alarms.set(tx, scheduleId, schedule.nextAt);
    return null;
  }
  if ([ClusterStatus.DELETING, ClusterStatus.DELETED].includes(cluster.status)) {
    await tx.delete(BackupSchedule, { id: scheduleId });
    return null;
  }
  const nextAt = nextTime(schedule, now);
  const busy = await workingOn(tx, cluster.id);
  if (busy !== null && (await isOf(tx, busy.id, scheduleId))) {
    await setNext(tx, platform, scheduleId, { nextAt });
    const late = schedule.nextAt.toISOString();
    await say(
      tx,
      schedule,
      `the backup that was due at ${late} was left out: the one before it still ran (operation ${busy.id})`,
    );
    return null;
  }
  const { status } = settledOf(cluster);
  const serves = status === ClusterStatus.ACTIVE || status === ClusterStatus.DEGRADED;
  if (busy !== null || !serves) {
    if (now.getTime() - schedule.nextAt.getTime() > patienceMs) {
      const why =
        busy === null ? `the cluster is ${status}` : `the cluster is busy with ${busy.kind} (operation ${busy.id})`;
      await say(tx, schedule, `a backup is overdue since ${schedule.nextAt.toISOString()}: ${why}`);
    }
    return null;
  }
  const { storeId } = schedule;
  const operation = await beginBackup(tx, platform, operations, cluster, { storeId, scheduleId });
  await setNext(tx, platform, scheduleId, { nextAt, lastAt: now });
  return operation.id;
}

/** Whether an operation makes a backup of that schedule. */
async function isOf(tx: EntityManager, operationId: string, scheduleId: string): Promise<boolean> {
  const found = await tx.query<unknown[]>(
    `SELECT FROM operation o JOIN backup b ON b.id::text = o.input->>'backupId'
      WHERE o.id = $1 AND o.kind = 'cluster.backup' AND b.schedule_id = $2`,
    [operationId, scheduleId],
  );
  return found.length > 0;
}

/** When it is due next, and its alarm with it. */
async function setNext(
  tx: EntityManager,
  { alarms }: Platform,
  id: string,
  next: Pick<BackupSchedule, 'nextAt'> & Partial<Pick<BackupSchedule, 'lastAt'>>,
): Promise<void> {
  await tx.update(BackupSchedule, id, next);
  await alarms.set(tx, id, next.nextAt);
}

/** What cannot even begin shows, and waits for its next time. */
export async function cannotFire(platform: Platform, scheduleId: string, error: unknown): Promise<void> {
  await platform.db.transaction(async (tx) => {
    const schedule = await tx.findOneBy(BackupSchedule, { id: scheduleId });
    if (schedule === null) return;
    await setNext(tx, platform, scheduleId, { nextAt: nextTime(schedule, new Date()) });
    await say(tx, schedule, `the last backup could not begin: ${messageOf(error)}`);
  });
}
