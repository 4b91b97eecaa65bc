import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { liveInstances } from '../states.js';
import { growLane } from '../steps/volume-steps.js';
import { changeKind } from './changes.js';
import { clusterIdOf } from './shared.js';

/** The volume of every node grows, with the file system on it, side by side: nothing is stopped for it. */
export const growVolumesKind = (platform: Platform): OperationKind =>
  changeKind({
    kind: 'cluster.growVolumes',
    stages: [
      {
        name: 'grow',
        plan: async (db, operation) => {
          const instances = await liveInstances(db, clusterIdOf(operation));
          return [instances.flatMap((instance) => growLane(platform, instance) ?? [])];
        },
      },
    ],
  });
