import { QueryFailedError, type EntityManager } from 'typeorm';
import { DomainError } from '../errors.js';

/** The operation that works on a cluster, or null. */
export async function workingOn(
  tx: EntityManager,
  clusterId: string,
): Promise<{ readonly id: string; readonly kind: string } | null> {
  const [found] = await tx.query<{ id: string; kind: string }[]>(
    `SELECT id, kind FROM operation WHERE cluster_id = $1 AND status IN ('QUEUED', 'RUNNING', 'WAITING')`,
    [clusterId],
  );
  return found ?? null;
}

/**
 * Throws CONFLICT with the id of the operation that the cluster is busy with. Until the transaction ends, others wait
 * here: whoever locks both locks an operation before its cluster.
 */
export async function refuseSecond(tx: EntityManager, clusterId: string, field?: string): Promise<void> {
  await tx.query('SELECT 1 FROM cluster WHERE id = $1 FOR UPDATE', [clusterId]);
  const first = await workingOn(tx, clusterId);
  if (first === null) return;
  throw new DomainError(
    'CONFLICT',
    `the cluster is busy with ${first.kind} (operation ${first.id}); wait for it to end, or cancel it`,
    { operationId: first.id, ...(field !== undefined && { field }) },
  );
}

/** The partial unique index is the last word, where two mutations raced. */
export function asConflict(error: unknown): never {
  if (
    error instanceof QueryFailedError &&
    (error.driverError as { constraint?: string }).constraint === 'operation_one_a_cluster'
  ) {
    throw new DomainError('CONFLICT', 'the cluster is busy with another operation; wait for it to end', {
      cause: error,
    });
  }
  throw error;
}
