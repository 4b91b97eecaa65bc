import type { EntityManager } from 'typeorm';
import { BackupSchedule } from '../../../schema/backup-schedule.js';
import { Backup } from '../../../schema/backup.js';
import { showVerdict } from '../../clusters/states.js';
import { setBackup } from '../rows.js';

/** How a backup of a schedule ended shows on the schedule and on its cluster. */
export async function noteEnd(
  tx: EntityManager,
  { scheduleId, clusterId }: Backup,
  failure: string | null,
): Promise<void> {
  if (scheduleId === null) return;
  // Whoever locks both locks the cluster before its schedules.
  await tx.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [clusterId]);
  const { affected } = await tx
    .createQueryBuilder()
    .update(BackupSchedule)
    .set(
      failure === null
        ? { message: '', tidy: true, unverified: () => 'unverified + 1' }
        : { message: `the last backup failed: ${failure}` },
    )
    .where('id = :scheduleId', { scheduleId })
    .execute();
  if (affected === 1) await showVerdict(tx, clusterId);
}

/** A backup is proven. Of a schedule, older ones may go that it kept as the last good one. */
export async function noteProven(tx: EntityManager, id: string): Promise<void> {
  const { scheduleId } = await tx.findOneByOrFail(Backup, { id });
  if (scheduleId !== null) await tx.update(BackupSchedule, { id: scheduleId }, { tidy: true });
  await setBackup(tx, id, { verifiedAt: new Date(), verifyMessage: '' });
}

/** A backup that could not be proven shows so; `loud`: its schedule too, where it is of one, which has its next one proven. */
export async function noteUnproven(
  tx: EntityManager,
  { id, scheduleId, clusterId, createdAt }: Backup,
  words: string,
  loud = true,
): Promise<void> {
  if (loud && scheduleId !== null) {
    // Whoever locks both locks the cluster before its schedules.
    await tx.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [clusterId]);
    const { affected } = await tx
      .createQueryBuilder()
      .update(BackupSchedule)
      .set({
        message: `the backup of ${createdAt.toISOString()} ${words}`,
        unverified: () => 'coalesce(verify_every, unverified)',
      })
      .where('id = :scheduleId', { scheduleId })
      .execute();
    if (affected === 1) await showVerdict(tx, clusterId);
  }
  await setBackup(tx, id, { verifiedAt: null, verifiedRestoreSeconds: null, verifyMessage: words });
}

/** Says something on a schedule and its cluster, unless it is said already. */
export async function say(tx: EntityManager, { id, clusterId, message }: BackupSchedule, words: string): Promise<void> {
  if (message === words) return;
  await tx.update(BackupSchedule, id, { message: words });
  await showVerdict(tx, clusterId);
}
