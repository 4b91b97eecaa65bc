import { z } from 'zod';
import { ClusterStatus } from '../../../schema/enums.js';
import type { Operation } from '../../../schema/operation.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { liveInstances, setCluster } from '../states.js';
import { makeKeys } from '../steps/key-steps.js';
import { managerPhases } from '../steps/manager-steps.js';
import { serverLane } from '../steps/server-steps.js';
import { loadView } from '../view.js';
import { clusterIdOf, showOnInstance } from './shared.js';

const Input = z.object({ instanceIds: z.array(z.string()) });
const addedBy = ({ input }: Operation): readonly string[] => Input.parse(input).instanceIds;

/** New nodes for a running cluster. What ran before it runs on, whatever becomes of the new ones. */
export const addNodeKind = (platform: Platform): OperationKind => ({
  kind: 'cluster.addNode',
  stages: [
    {
      name: 'servers',
      plan: async (db, operation) => {
        const clusterId = clusterIdOf(operation);
        const added = (await liveInstances(db, clusterId)).filter(({ id }) => addedBy(operation).includes(id));
        return [makeKeys(platform, clusterId), added.map((instance) => serverLane(platform, instance))];
      },
    },
    {
      name: 'prepare',
      plan: async (db, operation) => {
        const loaded = await loadView(platform, db, clusterIdOf(operation));
        const added = loaded.view.nodes.filter(({ id }) => addedBy(operation).includes(id));
        return managerPhases(platform, loaded, loaded.manager.plans.addNodes(loaded.view, added));
      },
    },
  ],
  stepChanged: showOnInstance,
  succeeded: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.ACTIVE, message: '' });
  },
  stopped: async (tx, operation, { message }) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.DEGRADED, message });
  },
  retried: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.UPDATING, message: '' });
  },
});
