import { In, Not, type EntityManager } from 'typeorm';
import { BackupStatus } from '../../schema/backup-enums.js';
import { BackupSchedule } from '../../schema/backup-schedule.js';
import { Backup } from '../../schema/backup.js';
import type { Platform } from '../clusters/platform.js';
import type { WorkPhase } from '../operations/work.js';
import { assertIdle } from './remove.js';
import { setBackup } from './rows.js';
import { removeStep } from './kinds/remove.js';

/** All backups of a cluster are to go with it. Throws CONFLICT where one of them is at work. */
export async function markForDeletion(tx: EntityManager, clusterId: string): Promise<void> {
  for (const backup of await tx.findBy(Backup, { clusterId, status: Not(BackupStatus.DELETED) })) {
    await assertIdle(tx, backup);
    await setBackup(tx, backup.id, { status: BackupStatus.DELETING, message: '' });
  }
}

/** Removes those of a cluster's backups that are to go. */
export async function removalOf(platform: Platform, db: EntityManager, clusterId: string): Promise<WorkPhase[]> {
  const doomed = await db.find(Backup, {
    where: { clusterId, status: In([BackupStatus.DELETING]) },
    order: { id: 'ASC' },
  });
  if (doomed.length === 0) return [];
  return [[{ instanceId: null, on: null, steps: doomed.map(({ id }) => removeStep(platform, id)) }]];
}

/** Its schedules go with a cluster, and their alarms with them. */
export async function endSchedules(tx: EntityManager, { alarms }: Platform, clusterId: string): Promise<void> {
  for (const { id } of await tx.findBy(BackupSchedule, { clusterId })) await alarms.set(tx, id, null);
  await tx.delete(BackupSchedule, { clusterId });
}
