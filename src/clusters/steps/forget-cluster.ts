import type { EntityManager } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import type { Stage, WorkStep } from '../../operations/work.js';
import { providerOf, type Platform } from '../platform.js';
import { clusterIdOf } from '../kinds/shared.js';

const name = 'remove what the servers shared';

/** Removes what the servers of a deleted cluster shared at their provider; without steps where they shared nothing. */
export const forgetCluster = (
  platform: Platform,
  wrap: (run: WorkStep['run']) => WorkStep['run'] = (run) => run,
): Stage => ({
  name: 'shared',
  plan: async (db: EntityManager, operation) => {
    const clusterId = clusterIdOf(operation);
    const cluster = await db.findOneByOrFail(Cluster, { id: clusterId });
    const provider = providerOf(platform, cluster.provider);
    if (provider.forgetCluster === undefined) return [];
    const run: WorkStep['run'] = async ({ signal }) => {
      await provider.forgetCluster?.(clusterId, signal);
      return 'applied';
    };
    return [[{ instanceId: null, on: null, steps: [{ name, run: wrap(run) }] }]];
  },
});
