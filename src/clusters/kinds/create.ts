import { z } from 'zod';
import { ClusterStatus } from '../../../schema/enums.js';
import type { Operation } from '../../../schema/operation.js';
import { restorePhases } from '../../backups/steps/restore.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { liveInstances, setCluster } from '../states.js';
import { makeKeys } from '../steps/key-steps.js';
import { managerPhases } from '../steps/manager-steps.js';
import { serverLanes } from '../steps/server-steps.js';
import { loadView } from '../view.js';
import { clusterIdOf, showOnInstance } from './shared.js';

const Input = z.object({ restoreFrom: z.string().nullish() });

/** The backup that a new cluster has its data from; null where it begins empty. */
const restoreFromOf = ({ input }: Pick<Operation, 'input'>): string | null => Input.parse(input).restoreFrom ?? null;

/** From rows to a running cluster: keys, servers side by side, then the manager's plan; `prove`: the data of a backup are read and checked on their way. */
export const createKind = (platform: Platform, { prove = false } = {}): OperationKind => ({
  kind: 'cluster.create',
  movesData: (operation) => restoreFromOf(operation) !== null,
  stages: [
    {
      name: 'servers',
      plan: async (db, operation) => {
        const clusterId = clusterIdOf(operation);
        const instances = await liveInstances(db, clusterId);
        return [makeKeys(platform, clusterId), await serverLanes(platform, db, clusterId, instances)];
      },
    },
    {
      name: 'prepare',
      plan: async (db, operation) => {
        const loaded = await loadView(platform, db, clusterIdOf(operation));
        const backupId = restoreFromOf(operation);
        if (backupId !== null) return restorePhases(platform, loaded, { backupId, prove });
        return managerPhases(platform, loaded, loaded.manager.plans.prepare(loaded.view));
      },
    },
  ],
  stepChanged: showOnInstance,
  succeeded: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.ACTIVE, message: '' });
  },
  stopped: async (tx, operation, { message }) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.ERROR, message });
  },
  retried: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.SPAWNING, message: '' });
  },
});
