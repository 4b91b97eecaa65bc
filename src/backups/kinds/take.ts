import { z } from 'zod';
import { BackupStatus } from '../../../schema/backup-enums.js';
import type { Operation } from '../../../schema/operation.js';
import type { Platform } from '../../clusters/platform.js';
import type { OperationKind } from '../../operations/work.js';
import { setBackup } from '../rows.js';
import { noteEnd } from '../schedules/note.js';
import { takeLane } from '../steps/take.js';

const Input = z.object({ backupId: z.string() });

/** The backup that an operation is about. */
export const backupIdOf = ({ input }: Pick<Operation, 'input'>): string => Input.parse(input).backupId;

/** A backup of a cluster, which serves on and shows none of it. */
export const takeKind = (platform: Platform): OperationKind => ({
  kind: 'cluster.backup',
  changesCluster: false,
  movesData: () => true,
  stages: [
    { name: 'backup', plan: (_db, operation) => Promise.resolve([[takeLane(platform, backupIdOf(operation))]]) },
  ],
  stepChanged: () => Promise.resolve(),
  succeeded: async (tx, operation) => {
    const whole = { status: BackupStatus.AVAILABLE, message: '', finishedAt: new Date() };
    await noteEnd(tx, await setBackup(tx, backupIdOf(operation), whole), null);
  },
  stopped: async (tx, operation, { message }) => {
    const failed = { status: BackupStatus.FAILED, message, finishedAt: new Date() };
    await noteEnd(tx, await setBackup(tx, backupIdOf(operation), failed), message);
  },
  retried: async (tx, operation) => {
    const again = { status: BackupStatus.CREATING, message: '', finishedAt: null, deletedAt: null };
    await setBackup(tx, backupIdOf(operation), again);
  },
});
