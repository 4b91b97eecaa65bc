import type { EntityManager } from 'typeorm';
import { z } from 'zod';
import { ClusterStatus, ServerStatus } from '../../../schema/enums.js';
import type { Instance } from '../../../schema/instance.js';
import type { Operation } from '../../../schema/operation.js';
import type { OperationKind } from '../../operations/work.js';
import { liveInstances, setCluster, setInstance, showVerdict } from '../states.js';
import { clusterIdOf, showOnInstance } from './shared.js';

const Named = z.object({ instanceIds: z.array(z.string()) });

/** The ids of the instances that an operation names in its input. */
export const namedIds = ({ input }: Operation): readonly string[] => Named.parse(input).instanceIds;

/** The instances that an operation names in its input and that are not gone yet. */
export async function namedInstances(db: EntityManager, operation: Operation): Promise<Instance[]> {
  const named = namedIds(operation);
  return (await liveInstances(db, clusterIdOf(operation))).filter(({ id }) => named.includes(id));
}

const unmade: readonly ServerStatus[] = [ServerStatus.PENDING, ServerStatus.BUILD];

/** ACTIVE, unless a node is left over from something that failed, or is in trouble. */
export async function showHealth(tx: EntityManager, operation: Operation): Promise<void> {
  const clusterId = clusterIdOf(operation);
  const instances = await liveInstances(tx, clusterId);
  const broken = instances.find(({ message, serverStatus }) => message !== '' || unmade.includes(serverStatus));
  const sound = { status: ClusterStatus.ACTIVE, message: '' };
  const message = `${broken?.name ?? ''} does not work (${broken?.message ?? ''}): remove it with removeNode`;
  await setCluster(tx, clusterId, broken === undefined ? sound : { status: ClusterStatus.DEGRADED, message });
  await showVerdict(tx, clusterId);
}

/** Every node has just proven that it works. */
export async function clearTroubles(tx: EntityManager, operation: Operation): Promise<void> {
  for (const { id, trouble } of await liveInstances(tx, clusterIdOf(operation)))
    if (trouble !== '') await setInstance(tx, id, { trouble: '', datastoreUp: true });
}

/** A kind that changes a cluster which serves; it is UPDATING meanwhile, and serves on, DEGRADED, when that fails. */
export interface Change extends Pick<OperationKind, 'kind' | 'stages' | 'movesData'> {
  /** What its success proves besides. */
  readonly proven?: (tx: EntityManager, operation: Operation) => Promise<void>;
}

export const changeKind = ({ proven, ...kind }: Change): OperationKind => ({
  ...kind,
  stepChanged: showOnInstance,
  succeeded: async (tx, operation) => {
    await proven?.(tx, operation);
    await showHealth(tx, operation);
  },
  stopped: async (tx, operation, { message }) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.DEGRADED, message });
  },
  retried: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.UPDATING, message: '' });
  },
});
