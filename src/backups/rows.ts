import { Not, type EntityManager } from 'typeorm';
import { BackupStatus } from '../../schema/backup-enums.js';
import { Backup } from '../../schema/backup.js';
import { DomainError } from '../errors.js';
import { clusterTopic } from '../events/event.js';
import { record } from '../events/event-log.js';
import { isId } from '../ids.js';

/** The only writer of a backup that is there: the row first, the event with it. */
export async function setBackup(tx: EntityManager, id: string, patch: Partial<Backup>): Promise<Backup> {
  const backup = await tx.findOneOrFail(Backup, { where: { id }, lock: { mode: 'pessimistic_write' } });
  Object.assign(backup, patch);
  await tx.update(Backup, id, patch);
  await recordBackup(tx, backup);
  return backup;
}

export const recordBackup = (tx: EntityManager, backup: Backup): Promise<void> =>
  record(tx, clusterTopic(backup.clusterId), { backup });

/** Throws NOT_FOUND, also for one that is deleted; `lock`: until the transaction ends. */
export async function backupThatIs(db: EntityManager, id: string, field: string, lock = false): Promise<Backup> {
  const where = { id, status: Not(BackupStatus.DELETED) };
  const backup = isId(id)
    ? await db.findOne(Backup, { where, ...(lock && { lock: { mode: 'pessimistic_write' as const } }) })
    : null;
  if (backup === null)
    throw new DomainError('NOT_FOUND', `there is no backup ${id}; \`backups\` lists them`, { field });
  return backup;
}

/** Throws CONFLICT for one that cannot be restored. */
export function assertAvailable({ id, status, message }: Backup, field: string): void {
  if (status === BackupStatus.AVAILABLE) return;
  const why = message === '' ? '' : ` (${message})`;
  throw new DomainError('CONFLICT', `the backup ${id} is ${status}${why}: only one that is AVAILABLE can be used`, {
    field,
  });
}
