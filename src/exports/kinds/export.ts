import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { Export, ExportStatus } from '../../../schema/export.js';
import type { Operation } from '../../../schema/operation.js';
import { clusterIdOf } from '../../clusters/kinds/shared.js';
import { managerPhases } from '../../clusters/steps/manager-steps.js';
import type { OperationKind } from '../../operations/work.js';
import { dumpOf, makeRoom, removeDumps } from '../dumps.js';
import type { ExportPlatform } from '../platform.js';
import { packExport } from '../steps/pack.js';
import { groundOf } from '../survey.js';

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
        const { loaded, exporting, primary, instance } = await groundOf(platform, clusterIdOf(operation), db);
        const dumps = databases.map((database, index) => dumpOf(primary, operation, index, database, format));
        const lane = (steps: Parameters<typeof managerPhases>[2][number][number]['steps']) =>
          managerPhases(platform, loaded, [[{ node: primary.id, steps }]]);
        return [
          ...lane([makeRoom(primary, operation), ...dumps.map((dump) => exporting.dump(loaded.view, primary, dump))]),
          [
            {
              instanceId: instance.id,
              on: instance.name,
              steps: [packExport(platform, operation, { exportId, dumps, includeUsers })],
            },
          ],
          ...lane([removeDumps(primary)]),
        ];
      },
    },
  ],
  stepChanged: () => Promise.resolve(),
  succeeded: () => Promise.resolve(),
  stopped: (tx, operation, { message }) => show(tx, operation, ExportStatus.FAILED, message),
  retried: (tx, operation) => show(tx, operation, ExportStatus.MAKING, ''),
});
