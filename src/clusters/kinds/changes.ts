import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { ClusterStatus, ServerStatus } from '../../../schema/enums.js';
import type { Instance } from '../../../schema/instance.js';
import type { Operation } from '../../../schema/operation.js';
import type { OperationKind, Stage } from '../../operations/work.js';
import { liveInstances, setCluster } from '../states.js';
import { clusterIdOf, showOnInstance } from './shared.js';

const Named = z.object({ instanceIds: z.array(z.string()) });

/** The instances that an operation names in its input and that are not gone yet. */
export async function namedInstances(db: EntityManager, operation: Operation): Promise<Instance[]> {
  const { instanceIds } = Named.parse(operation.input);
  return (await liveInstances(db, clusterIdOf(operation))).filter(({ id }) => instanceIds.includes(id));
}

/** ACTIVE, unless a node is left over from something that failed. */
async function showHealth(tx: EntityManager, operation: Operation): Promise<void> {
  const clusterId = clusterIdOf(operation);
  const instances = await liveInstances(tx, clusterId);
  const broken = instances.find(({ message, serverStatus }) => message !== '' || serverStatus !== ServerStatus.ACTIVE);
  const sound = { status: ClusterStatus.ACTIVE, message: '' };
  const message = `${broken?.name ?? ''} does not work (${broken?.message ?? ''}): remove it with removeNode`;
  await setCluster(tx, clusterId, broken === undefined ? sound : { status: ClusterStatus.DEGRADED, message });
}

/** A kind that changes a cluster which serves: it is UPDATING meanwhile, and serves on, DEGRADED, when that fails. */
export const changeKind = (kind: string, stages: readonly Stage[]): OperationKind => ({
  kind,
  stages,
  stepChanged: showOnInstance,
  succeeded: showHealth,
  stopped: async (tx, operation, { message }) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.DEGRADED, message });
  },
  retried: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.UPDATING, message: '' });
  },
});
