import { Backup } from '../../../schema/backup.js';
import { ClusterStatus } from '../../../schema/enums.js';
import type { Platform } from '../../clusters/platform.js';
import { createKind } from '../../clusters/kinds/create.js';
import { deleteKind } from '../../clusters/kinds/delete.js';
import { clusterIdOf, showOnInstance } from '../../clusters/kinds/shared.js';
import { liveInstances, setCluster } from '../../clusters/states.js';
import { managerPhases } from '../../clusters/steps/manager-steps.js';
import { loadView } from '../../clusters/view.js';
import { primaryOf } from '../../datastores/nodes.js';
import { DomainError } from '../../errors.js';
import type { OperationKind, Stage } from '../../operations/work.js';
import { setBackup } from '../rows.js';
import { noteProven, noteUnproven } from '../schedules/note.js';
import { backupIdOf } from './take.js';

/**
 * Proves a backup: it is restored as a cluster of one that goes again, checked there by the engine's own tools, and read.
 * Where that fails the cluster is left for the scheduler, which removes it.
 */
export function verifyKind(platform: Platform): OperationKind {
  const making = createKind(platform, { prove: true });
  const destroying = deleteKind(platform).stages;
  return {
    kind: 'backup.verify',
    movesData: () => true,
    stages: [...making.stages.map(whileThere), measure, whileThere(check(platform)), record, ...destroying],
    stepChanged: showOnInstance,
    succeeded: async (tx, operation) => {
      const id = clusterIdOf(operation);
      await setCluster(tx, id, { status: ClusterStatus.DELETING, message: '' });
      await setCluster(tx, id, { status: ClusterStatus.DELETED, message: '', deletedAt: new Date() });
    },
    stopped: async (tx, operation, { code, message }) => {
      const words = `could not be verified: ${message}`;
      const backup = await tx.findOneByOrFail(Backup, { id: backupIdOf(operation) });
      // Who cancelled it knows.
      await noteUnproven(tx, backup, words, code !== 'CANCELLED');
      await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.ERROR, message });
    },
    retried: (tx, operation) => making.retried(tx, operation),
  };
}

/** A worker that takes over when the server is gone plans all stages once more: there is nothing left to plan then. */
const whileThere = (stage: Stage): Stage => ({
  name: stage.name,
  plan: async (db, operation) =>
    (await liveInstances(db, clusterIdOf(operation))).length === 0 ? [] : stage.plan(db, operation),
});

/** From the time that a worker took it up: what somebody would wait who has lost the cluster. */
const measure: Stage = {
  name: 'measure',
  plan: (_db, operation) =>
    Promise.resolve([
      [
        {
          instanceId: null,
          on: null,
          steps: [
            {
              name: 'note the time that it took',
              run: async ({ write }) => {
                const seconds = (Date.now() - (operation.startedAt ?? operation.createdAt).getTime()) / 1000;
                await write((tx) => setBackup(tx, backupIdOf(operation), { verifiedRestoreSeconds: seconds }));
                return `${seconds.toFixed(1)} s`;
              },
            },
          ],
        },
      ],
    ]),
};

const check = (platform: Platform): Stage => ({
  name: 'verify',
  plan: async (db, operation) => {
    const loaded = await loadView(platform, db, clusterIdOf(operation));
    const { manager, view } = loaded;
    const node = primaryOf(view);
    if (manager.plans.verify === undefined)
      throw new DomainError('NOT_SUPPORTED', `the manager ${manager.id} cannot verify backups`);
    return managerPhases(platform, loaded, [[{ node: node.id, steps: manager.plans.verify(view, node) }]]);
  },
});

const record: Stage = {
  name: 'record',
  plan: (_db, operation) =>
    Promise.resolve([
      [
        {
          instanceId: null,
          on: null,
          steps: [
            {
              name: 'record the proof',
              run: async ({ write }) => {
                await write((tx) => noteProven(tx, backupIdOf(operation)));
                return 'applied';
              },
            },
          ],
        },
      ],
    ]),
};
