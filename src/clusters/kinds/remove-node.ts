import { In } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import { Instance } from '../../../schema/instance.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { liveInstances } from '../states.js';
import { managerPhases } from '../steps/manager-steps.js';
import { destroyServer } from '../steps/server-steps.js';
import { wiping } from '../steps/wipe-steps.js';
import { loadView } from '../view.js';
import { changeKind, namedIds, namedInstances } from './changes.js';
import { clusterIdOf } from './shared.js';

/**
 * Nodes leave a cluster: their servers are destroyed, be they dead or alive, then those that stay forget them. Not the
 * other way round: a replica that is alive comes back to a primary that has just let go of it.
 */
export const removeNodeKind = (platform: Platform): OperationKind =>
  changeKind({
    kind: 'cluster.removeNode',
    stages: [
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
      {
        name: 'forget',
        plan: async (db, operation) => {
          const clusterId = clusterIdOf(operation);
          const leaving = namedIds(operation);
          const staying = (await liveInstances(db, clusterId)).filter(({ id }) => !leaving.includes(id));
          const gone = await db.findBy(Instance, { clusterId, id: In(leaving) });
          const loaded = await loadView(platform, db, clusterId, [...staying, ...gone]);
          const nodes = loaded.view.nodes.filter(({ id }) => leaving.includes(id));
          const plan = loaded.manager.plans
            .removeNodes(loaded.view, nodes)
            // What a leaving server would do itself has gone with the server.
            .map((phase) => phase.filter(({ node }) => !leaving.includes(node)));
          return managerPhases(
            platform,
            loaded,
            plan.filter((phase) => phase.length > 0),
          );
        },
      },
    ],
  });
