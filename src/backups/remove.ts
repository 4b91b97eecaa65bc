import { BackupStatus } from '../../schema/backup-enums.js';
import { BackupOperationPayload } from '../../schema/backup-payloads.js';
import type { Backup } from '../../schema/backup.js';
import type { EntityManager } from 'typeorm';
import type { Platform } from '../clusters/platform.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import { backupThatIs, setBackup } from './rows.js';

/** Begins to remove a backup that nothing works with. */
export async function deleteBackup(
  { db }: Platform,
  operations: Operations,
  id: string,
): Promise<BackupOperationPayload> {
  const payload = await db.transaction(async (tx) => {
    const backup = await backupThatIs(tx, id, 'id', true);
    await assertIdle(tx, backup);
    const deleting = await setBackup(tx, backup.id, { status: BackupStatus.DELETING, message: '' });
    const operation = await operations.create(tx, {
      kind: 'backup.delete',
      clusterId: null,
      input: { backupId: backup.id },
    });
    return Object.assign(new BackupOperationPayload(), { backup: deleting, operation });
  });
  await operations.wake(payload.operation.id);
  return payload;
}

/** Throws CONFLICT where an operation makes, restores or removes the backup. */
export async function assertIdle(tx: EntityManager, { id }: Backup): Promise<void> {
  const [busy] = await tx.query<{ id: string; kind: string }[]>(
    `SELECT id, kind FROM operation WHERE status IN ('QUEUED', 'RUNNING', 'WAITING')
        AND (input->>'backupId' = $1 OR input->>'restoreFrom' = $1) LIMIT 1`,
    [id],
  );
  if (busy === undefined) return;
  throw new DomainError(
    'CONFLICT',
    `the backup is busy with ${busy.kind} (operation ${busy.id}); wait for it to end, or cancel it`,
    { field: 'id', operationId: busy.id },
  );
}
