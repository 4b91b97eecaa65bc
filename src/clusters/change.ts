import type { EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus } from '../../schema/enums.js';
import { Operation } from '../../schema/operation.js';
import { ClusterOperationPayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { refuseSecond } from '../operations/working.js';
import { fingerprintOf, recall, remember } from './idempotency.js';
import type { Platform } from './platform.js';
import { settledOf } from './states.js';

/** A mutation on a cluster that there is. */
export interface Change {
  /** Such as `addNode`: with the wish it makes the fingerprint of the idempotency key. */
  readonly mutation: string;
  readonly wish: Readonly<Record<string, unknown>>;
  readonly idempotencyKey?: string | null | undefined;
  /** Writes the rows and the operation. */
  readonly make: (tx: EntityManager) => Promise<ClusterOperationPayload>;
}

/** Makes a change in one transaction, or gives what its idempotency key made before, and wakes a worker. */
export async function change(
  { db }: Platform,
  operations: Operations,
  { mutation, wish, idempotencyKey, make }: Change,
): Promise<ClusterOperationPayload> {
  const fingerprint = fingerprintOf(mutation, wish);
  const payload = await db.transaction(async (tx) => {
    const before = idempotencyKey == null ? null : await recall(tx, idempotencyKey, fingerprint);
    if (before !== null) {
      const cluster = await tx.findOneByOrFail(Cluster, { id: before.clusterId });
      return payloadOf(cluster, await tx.findOneByOrFail(Operation, { id: before.operationId }));
    }
    const made = await make(tx);
    if (idempotencyKey != null) {
      await remember(tx, idempotencyKey, fingerprint, { clusterId: made.cluster.id, operationId: made.operation.id });
    }
    return made;
  });
  await operations.wake(payload.operation.id);
  return payload;
}

/** The cluster, locked until the transaction ends. Throws NOT_FOUND, also for one that is deleted. */
export async function lockCluster(tx: EntityManager, id: string, field: string): Promise<Cluster> {
  const cluster = isId(id) ? await tx.findOne(Cluster, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
  if (cluster === null) throw new DomainError('NOT_FOUND', `there is no cluster ${id}`, { field });
  if (cluster.status === ClusterStatus.DELETED)
    throw new DomainError('NOT_FOUND', `cluster ${cluster.name} has been deleted`, { field });
  return cluster;
}

/** Throws CONFLICT unless the cluster serves and no operation works on it. */
export async function assertServing(tx: EntityManager, cluster: Cluster, field: string): Promise<void> {
  await refuseSecond(tx, cluster.id, field);
  // A node that is down now must not keep one from mending it.
  const { status } = settledOf(cluster);
  if (status === ClusterStatus.ACTIVE || status === ClusterStatus.DEGRADED) return;
  throw new DomainError('CONFLICT', `this needs a cluster that is active; this one is ${status}`, { field });
}

/** A cluster that serves and that nothing works on, locked until the transaction ends. See {@link lockCluster}, {@link assertServing}. */
export async function lockServing(tx: EntityManager, id: string, field: string): Promise<Cluster> {
  const cluster = await lockCluster(tx, id, field);
  await assertServing(tx, cluster, field);
  return cluster;
}

export const payloadOf = (cluster: Cluster, operation: Operation): ClusterOperationPayload =>
  Object.assign(new ClusterOperationPayload(), { cluster, operation });
