import { Cluster } from '../../../schema/cluster.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { managerPhases } from '../steps/manager-steps.js';
import { destroyServer } from '../steps/server-steps.js';
import { wiping } from '../steps/wipe-steps.js';
import { loadView } from '../view.js';
import { changeKind, namedInstances } from './changes.js';
import { clusterIdOf } from './shared.js';

/** Nodes leave a cluster: those that stay forget them, then their servers are destroyed, be they dead or alive. */
export const removeNodeKind = (platform: Platform): OperationKind =>
  changeKind('cluster.removeNode', [
    {
      name: 'forget',
      plan: async (db, operation) => {
        const leaving = new Set((await namedInstances(db, operation)).map(({ id }) => id));
        if (leaving.size === 0) return [];
        const loaded = await loadView(platform, db, clusterIdOf(operation));
        const nodes = loaded.view.nodes.filter(({ id }) => leaving.has(id));
        const plan = loaded.manager.plans.removeNodes(loaded.view, nodes);
        // What a leaving server would do itself goes with the server, which may not answer any more.
        const staying = plan.map((phase) => phase.filter(({ node }) => !leaving.has(node)));
        return managerPhases(
          platform,
          loaded,
          staying.filter((phase) => phase.length > 0),
        );
      },
    },
    {
      name: 'destroy',
      plan: async (db, operation) => {
        const clusterId = clusterIdOf(operation);
        const { provider } = await db.findOneByOrFail(Cluster, { id: clusterId });
        const leaving = await namedInstances(db, operation);
        const wipe = await wiping(platform, db, clusterId);
        return [leaving.map((instance) => destroyServer(platform, provider, instance, wipe(instance)))];
      },
    },
  ]);
