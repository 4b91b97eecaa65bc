import type { OperationKind } from '../../operations/work.js';
import type { Plan } from '../../plan/step.js';
import type { Platform } from '../platform.js';
import { managerPhases } from '../steps/manager-steps.js';
import { loadView } from '../view.js';
import { changeKind, clearTroubles } from './changes.js';
import { clusterIdOf } from './shared.js';

/** The database of every node is restarted: one node at a time, the replicas before the primary. */
export const restartKind = (platform: Platform): OperationKind =>
  changeKind({
    kind: 'cluster.restart',
    stages: [
      {
        name: 'restart',
        plan: async (db, operation) => {
          const loaded = await loadView(platform, db, clusterIdOf(operation));
          const { nodes } = loaded.view;
          const order = [
            ...nodes.filter(({ role }) => role === 'REPLICA'),
            ...nodes.filter(({ role }) => role === 'PRIMARY'),
          ];
          const plan: Plan = order.map((node) => [
            { node: node.id, steps: loaded.manager.plans.restart(loaded.view, node, operation.createdAt) },
          ]);
          return managerPhases(platform, loaded, plan);
        },
      },
    ],
    proven: clearTroubles,
  });
