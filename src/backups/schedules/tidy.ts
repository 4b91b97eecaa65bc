import { BackupStatus } from '../../../schema/backup-enums.js';
import { BackupSchedule } from '../../../schema/backup-schedule.js';
import { Backup } from '../../../schema/backup.js';
import type { Platform } from '../../clusters/platform.js';
import { isAway } from '../../db/away.js';
import type { Operations } from '../../operations/operations.js';
import { messageOf } from '../../errors.js';
import { deleteBackup } from '../remove.js';
import { verifyBackup } from '../verify.js';
import { noteUnproven } from './note.js';
import { expired } from './retention.js';

/** Has the newest proven where enough have been made since one was. */
async function verifyDue(
  platform: Platform,
  operations: Operations,
  { id, verifyEvery, unverified }: BackupSchedule,
  newest: Backup | undefined,
): Promise<void> {
  if (verifyEvery === null || unverified < verifyEvery || newest === undefined) return;
  const { db } = platform;
  // One of those who look at the same time does it.
  const { affected } = await db.manager.update(BackupSchedule, { id, unverified }, { unverified: 0 });
  if (affected === 0) return;
  await verifyBackup(platform, operations, newest.id).catch(async (error: unknown) => {
    if (isAway(error)) throw error;
    await db.transaction((tx) => noteUnproven(tx, newest, `could not be verified: ${messageOf(error)}`));
  });
}

/** Removes the backups of a schedule that nothing keeps any more. One that is at work goes another time. */
export async function tidy(platform: Platform, operations: Operations, scheduleId: string): Promise<void> {
  const { manager } = platform.db;
  const schedule = await manager.findOneBy(BackupSchedule, { id: scheduleId });
  if (schedule === null) return;
  await manager.update(BackupSchedule, scheduleId, { tidy: false });
  const good = await manager.find(Backup, {
    where: { scheduleId, status: BackupStatus.AVAILABLE },
    order: { id: 'DESC' },
  });
  await verifyDue(platform, operations, schedule, good[0]);
  for (const { id } of expired(good, schedule, new Date())) {
    await deleteBackup(platform, operations, id).catch((error: unknown) => {
      if (isAway(error)) throw error;
    });
  }
}
