import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Export, ExportStatus } from '../../../schema/export.js';
import type { Operation } from '../../../schema/operation.js';
import { clusterIdOf } from '../../clusters/kinds/shared.js';
import { remoteStep, secretsOf } from '../../clusters/steps/manager-steps.js';
import type { OperationKind, WorkPhase, WorkStep } from '../../operations/work.js';
import type { Step } from '../../plan/step.js';
import { sh } from '../../shell/command.js';
import { directoryOf, dumpOf, makeRoom, removeDumps } from '../dumps.js';
import type { ExportPlatform } from '../platform.js';
import { clear, leavingNothing } from '../steps/give-up.js';
import { packExport } from '../steps/pack.js';
import { groundOf, remoteOf } from '../survey.js';

const Input = z.object({
  exportId: z.string(),
  databases: z.array(z.string()),
  format: z.enum(['CUSTOM', 'PLAIN', 'RDB']),
  includeUsers: z.boolean(),
});

/** Shows on the export what becomes of its operation; one that is READY stays so. */
const show = async (tx: EntityManager, { input }: Operation, status: ExportStatus, message: string): Promise<void> => {
  const { exportId: id } = Input.parse(input);
  const from = status === ExportStatus.FAILED ? ExportStatus.MAKING : ExportStatus.FAILED;
  await tx.update(Export, { id, status: from }, { status, message, finishedAt: message === '' ? null : new Date() });
};

/** Dumps on the primary, fetched into one archive. The cluster serves on, and nothing of it changes. */
export const exportKind = (platform: ExportPlatform): OperationKind => ({
  kind: 'cluster.export',
  changesCluster: false,
  movesData: () => true,
  stages: [
    {
      name: 'export',
      plan: async (db, operation) => {
        const { exportId, databases, format, includeUsers } = Input.parse(operation.input);
        const ground = await groundOf(platform, clusterIdOf(operation), db);
        const { loaded, exporting, primary, instance } = ground;
        const dumps = databases.map((database, index) => dumpOf(primary, operation, index, database, format));
        const onServer = (step: Step): WorkStep => remoteStep(platform, instance, step, secretsOf(loaded.view));
        const phase = (...steps: WorkStep[]): WorkPhase => [{ instanceId: instance.id, on: instance.name, steps }];
        const rest = async (): Promise<void> => {
          await platform.exportFiles.discard(exportId);
          await clear(() => remoteOf(platform, ground), [sh`rm -rf ${directoryOf(primary, operation)}`]);
        };
        const dumping = dumps.map((dump) => onServer(exporting.dump(loaded.view, primary, dump)));
        const packing = packExport(platform, operation, { exportId, dumps, includeUsers });
        return [
          phase(onServer(makeRoom(primary, operation)), ...dumping.map((step) => leavingNothing(step, [], rest))),
          phase(leavingNothing(packing, dumping, rest)),
          phase(onServer(removeDumps(primary))),
        ];
      },
    },
  ],
  stepChanged: () => Promise.resolve(),
  succeeded: () => Promise.resolve(),
  stopped: (tx, operation, { message }) => show(tx, operation, ExportStatus.FAILED, message),
  retried: (tx, operation) => show(tx, operation, ExportStatus.MAKING, ''),
});
