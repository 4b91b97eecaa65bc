import type { EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus, InstanceRole } from '../../schema/enums.js';
import type { AddNodeInput, RemoveNodeInput } from '../../schema/inputs.js';
import type { Instance } from '../../schema/instance.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import { refuseSecond } from '../operations/working.js';
import { markForDeletion } from '../backups/of-cluster.js';
import { assertServing, change, lockCluster, lockServing, payloadOf } from './change.js';
import { addInstances } from './new-instances.js';
import type { Platform } from './platform.js';
import { liveInstances, setCluster } from './states.js';
import { AddNodeWish, parseWish, RemoveNodeWish } from './wishes.js';

type Changed = Promise<ClusterOperationPayload>;

/** Begins an operation on a cluster that serves. */
async function begin(tx: EntityManager, operations: Operations, id: string, kind: string, input: object): Changed {
  const cluster = await setCluster(tx, id, { status: ClusterStatus.UPDATING, message: '' });
  return payloadOf(cluster, await operations.create(tx, { kind, clusterId: id, input: { ...input } }));
}

/** More nodes for a cluster that runs. */
export function addNodes(platform: Platform, operations: Operations, input: AddNodeInput): Changed {
  const { idempotencyKey, ...wish } = parseWish(AddNodeWish, input);
  const { maxClusterSize, sshUser } = platform;
  return change(platform, operations, {
    mutation: 'addNode',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const cluster = await lockCluster(tx, wish.clusterId, 'clusterId');
      if (cluster.size + wish.count > maxClusterSize) {
        throw new DomainError(
          'BAD_USER_INPUT',
          `count: ${cluster.size} and ${wish.count} nodes are more than the ${maxClusterSize} that a cluster may have (DTROVE_MAX_CLUSTER_SIZE)`,
          { field: 'count' },
        );
      }
      await assertServing(tx, cluster, 'clusterId');
      const added = await addInstances(tx, cluster, wish.count, sshUser);
      await tx.update(Cluster, cluster.id, { size: cluster.size + wish.count });
      const work = { clusterId: cluster.id, count: wish.count, instanceIds: added.map(({ id }) => id) };
      return begin(tx, operations, cluster.id, 'cluster.addNode', work);
    },
  });
}

/** One node less: the one that is named, else the newest replica. */
export function removeNode(platform: Platform, operations: Operations, input: RemoveNodeInput): Changed {
  const { idempotencyKey, ...wish } = parseWish(RemoveNodeWish, input);
  return change(platform, operations, {
    mutation: 'removeNode',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const cluster = await lockServing(tx, wish.clusterId, 'clusterId');
      const { id } = leaving(await liveInstances(tx, cluster.id), wish.instanceId ?? null);
      await tx.update(Cluster, cluster.id, { size: cluster.size - 1 });
      return begin(tx, operations, cluster.id, 'cluster.removeNode', { clusterId: cluster.id, instanceIds: [id] });
    },
  });
}

function leaving(instances: readonly Instance[], wanted: string | null): Instance {
  const replicas = instances.filter(({ role }) => role === InstanceRole.REPLICA);
  const found = wanted === null ? replicas.at(-1) : instances.find(({ id }) => id === wanted.toLowerCase());
  if (found === undefined && wanted !== null) {
    throw new DomainError('NOT_FOUND', `the cluster has no instance ${wanted}`, { field: 'instanceId' });
  }
  if (found?.role === InstanceRole.REPLICA) return found;
  throw new DomainError('BAD_USER_INPUT', 'the primary cannot be removed: delete the cluster, or name a replica', {
    field: 'instanceId',
  });
}

/** Restarts the database on every node, the replicas first, one at a time. */
export function restartCluster(platform: Platform, operations: Operations, id: string): Changed {
  return change(platform, operations, {
    mutation: 'restartCluster',
    wish: { id },
    make: async (tx) => {
      const cluster = await lockServing(tx, id, 'id');
      return begin(tx, operations, cluster.id, 'cluster.restart', { id: cluster.id });
    },
  });
}

/** Deletes a cluster with all of its servers, whatever state it is in; its backups stay unless they are to go too. */
export function deleteCluster(platform: Platform, operations: Operations, id: string, deleteBackups = false): Changed {
  return change(platform, operations, {
    mutation: 'deleteCluster',
    wish: { id, deleteBackups },
    make: async (tx) => {
      const cluster = await lockCluster(tx, id, 'id');
      await refuseSecond(tx, cluster.id, 'id');
      if (deleteBackups) await markForDeletion(tx, cluster.id);
      const deleting = await setCluster(tx, cluster.id, { status: ClusterStatus.DELETING, message: '' });
      const input = { id: cluster.id, deleteBackups };
      return payloadOf(deleting, await operations.create(tx, { kind: 'cluster.delete', clusterId: cluster.id, input }));
    },
  });
}
