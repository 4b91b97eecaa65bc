import { IsNull } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import { Instance } from '../../../schema/instance.js';
import { OperationStep } from '../../../schema/operation-step.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { abandonServer, leaving, leftBehind } from '../steps/abandon-server.js';
import { forgetCluster } from '../steps/forget-cluster.js';
import { clusterIdOf } from './shared.js';
import { deleteKind } from './delete.js';

/** Gets rid of a cluster whatever its provider does: what cannot be removed is left behind, and said. */
export function forceDeleteKind(platform: Platform): OperationKind {
  const { stages, ...kind } = deleteKind(platform);
  const forget = stages.filter(({ name }) => name === 'forget');
  return {
    ...kind,
    kind: 'cluster.forceDelete',
    stages: [
      {
        name: 'destroy',
        plan: async (db, operation) => {
          const clusterId = clusterIdOf(operation);
          const { provider } = await db.findOneByOrFail(Cluster, { id: clusterId });
          const instances = await db.findBy(Instance, { clusterId, deletedAt: IsNull() });
          return [instances.map((instance) => abandonServer(platform, provider, instance))];
        },
      },
      ...forget,
      forgetCluster(platform, leaving('what the servers shared')),
    ],
    summary: async (tx, { id }) => {
      const steps = await tx.find(OperationStep, { where: { operationId: id }, order: { ordinal: 'ASC', id: 'ASC' } });
      const words = steps.flatMap(({ message }) => (message.startsWith(leftBehind) ? [message] : []));
      return words.length === 0 ? '' : `the cluster is deleted, but not all of it is gone. ${words.join('. ')}`;
    },
  };
}
