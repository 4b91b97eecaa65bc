import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { makeKeys } from '../steps/key-steps.js';
import { managerPhases } from '../steps/manager-steps.js';
import { serverLanes } from '../steps/server-steps.js';
import { loadView } from '../view.js';
import { changeKind, namedInstances } from './changes.js';
import { clusterIdOf } from './shared.js';

/** New nodes for a running cluster. What ran before it runs on, whatever becomes of the new ones. */
export const addNodeKind = (platform: Platform): OperationKind =>
  changeKind({
    kind: 'cluster.addNode',
    // Each begins with a copy of all that the primary has.
    movesData: () => true,
    stages: [
      {
        name: 'servers',
        plan: async (db, operation) => {
          const clusterId = clusterIdOf(operation);
          const added = await namedInstances(db, operation);
          return [makeKeys(platform, clusterId), await serverLanes(platform, db, clusterId, added)];
        },
      },
      {
        name: 'prepare',
        plan: async (db, operation) => {
          const added = new Set((await namedInstances(db, operation)).map(({ id }) => id));
          const loaded = await loadView(platform, db, clusterIdOf(operation));
          const nodes = loaded.view.nodes.filter(({ id }) => added.has(id));
          return managerPhases(platform, loaded, loaded.manager.plans.addNodes(loaded.view, nodes));
        },
      },
    ],
  });
