import type { EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { AddNodeInput } from '../../schema/inputs.js';
import { Operation } from '../../schema/operation.js';
import { ClusterOperationPayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { fingerprintOf, recall, remember } from './idempotency.js';
import { addInstances } from './new-instances.js';
import type { Platform } from './platform.js';
import { setCluster } from './states.js';
import { AddNodeWish, parseWish } from './wishes.js';

/** More nodes for a cluster that runs. */
export async function addNodes(
  platform: Platform,
  operations: Operations,
  input: AddNodeInput,
): Promise<ClusterOperationPayload> {
  const { idempotencyKey, ...wish } = parseWish(AddNodeWish, input);
  const fingerprint = fingerprintOf('addNode', wish);
  const payload = await platform.db.transaction(async (tx) => {
    const before = idempotencyKey == null ? null : await recall(tx, idempotencyKey, fingerprint);
    if (before !== null) {
      const cluster = await tx.findOneByOrFail(Cluster, { id: before.clusterId });
      return payloadOf(cluster, await tx.findOneByOrFail(Operation, { id: before.operationId }));
    }
    const made = await grow(tx, platform, operations, wish);
    if (idempotencyKey != null) {
      await remember(tx, idempotencyKey, fingerprint, { clusterId: made.cluster.id, operationId: made.operation.id });
    }
    return made;
  });
  await operations.wake(payload.operation.id);
  return payload;
}

async function grow(
  tx: EntityManager,
  { maxClusterSize, sshUser }: Platform,
  operations: Operations,
  { clusterId, count }: { clusterId: string; count: number },
): Promise<ClusterOperationPayload> {
  const cluster = await lock(tx, clusterId, 'clusterId');
  if (cluster.size + count > maxClusterSize) {
    throw new DomainError(
      'BAD_USER_INPUT',
      `count: ${cluster.size} and ${count} nodes are more than the ${maxClusterSize} that a cluster may have (DTROVE_MAX_CLUSTER_SIZE)`,
      { field: 'count' },
    );
  }
  await operations.refuseSecond(tx, cluster.id, 'clusterId');
  if (cluster.status !== ClusterStatus.ACTIVE && cluster.status !== ClusterStatus.DEGRADED) {
    throw new DomainError('CONFLICT', `nodes can be added to an active cluster; this one is ${cluster.status}`, {
      field: 'clusterId',
    });
  }
  const added = await addInstances(tx, cluster, count, sshUser);
  await tx.update(Cluster, cluster.id, { size: cluster.size + count });
  const changed = await setCluster(tx, cluster.id, { status: ClusterStatus.UPDATING, message: '' });
  const operation = await operations.create(tx, {
    kind: 'cluster.addNode',
    clusterId: cluster.id,
    input: { clusterId: cluster.id, count, instanceIds: added.map(({ id }) => id) },
  });
  return payloadOf(changed, operation);
}

/** Deletes a cluster with all of its servers, whatever state it is in. */
export async function deleteCluster(
  platform: Platform,
  operations: Operations,
  id: string,
): Promise<ClusterOperationPayload> {
  const payload = await platform.db.transaction(async (tx) => {
    const cluster = await lock(tx, id, 'id');
    await operations.refuseSecond(tx, cluster.id, 'id');
    const changed = await setCluster(tx, cluster.id, { status: ClusterStatus.DELETING, message: '' });
    const input = { id: cluster.id };
    const operation = await operations.create(tx, { kind: 'cluster.delete', clusterId: cluster.id, input });
    return payloadOf(changed, operation);
  });
  await operations.wake(payload.operation.id);
  return payload;
}

/** The cluster, locked until the transaction ends. Throws NOT_FOUND, also for one that is deleted. */
async function lock(tx: EntityManager, id: string, field: string): Promise<Cluster> {
  const cluster = isId(id) ? await tx.findOne(Cluster, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (cluster === null) throw new DomainError('NOT_FOUND', `there is no cluster ${id}`, { field });
  if (cluster.status === ClusterStatus.DELETED)
    throw new DomainError('NOT_FOUND', `cluster ${cluster.name} has been deleted`, { field });
  return cluster;
}

const payloadOf = (cluster: Cluster, operation: Operation): ClusterOperationPayload =>
  Object.assign(new ClusterOperationPayload(), { cluster, operation });
