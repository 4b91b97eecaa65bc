import { BackupStatus } from '../../../schema/backup-enums.js';
import { Backup } from '../../../schema/backup.js';
import type { Platform } from '../../clusters/platform.js';
import type { OperationKind, WorkStep } from '../../operations/work.js';
import { destroyBackupKey } from '../keys.js';
import { setBackup } from '../rows.js';
import { openStore } from '../stores/open.js';
import { backupIdOf } from './take.js';

/** Removes a backup from its store, and its key with it. */
export const removeStep = (platform: Platform, backupId: string): WorkStep => ({
  name: `remove the backup ${backupId}`,
  run: async ({ signal, write }) => {
    const { manager } = platform.db;
    const { storeId, location } = await manager.findOneByOrFail(Backup, { id: backupId });
    await (await openStore(platform, storeId)).remove(location, signal);
    await write(async (tx) => {
      await destroyBackupKey(tx, backupId);
      const gone = { status: BackupStatus.DELETED, message: '', deletedAt: new Date() };
      await setBackup(tx, backupId, gone);
    });
    return 'applied';
  },
});

export const removeKind = (platform: Platform): OperationKind => ({
  kind: 'backup.delete',
  stages: [
    {
      name: 'remove',
      plan: (_db, operation) =>
        Promise.resolve([[{ instanceId: null, on: null, steps: [removeStep(platform, backupIdOf(operation))] }]]),
    },
  ],
  stepChanged: () => Promise.resolve(),
  succeeded: () => Promise.resolve(),
  stopped: async (tx, operation, { message }) => {
    await setBackup(tx, backupIdOf(operation), { message });
  },
  retried: async (tx, operation) => {
    await setBackup(tx, backupIdOf(operation), { status: BackupStatus.DELETING, message: '' });
  },
});
