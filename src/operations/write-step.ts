import type { EntityManager } from 'typeorm';
import type { Operation } from '../../schema/operation.js';
import type { OperationStep } from '../../schema/operation-step.js';
import { operationTopic } from '../events/event.js';
import { snapshotOf } from './snapshot.js';

// In one statement, as every step goes this way twice. The caller holds the lock on the operation's row.
const sql = `
  WITH step AS (
    UPDATE operation_step
       SET status = $2, attempts = $3, forgiven = $4, message = $5, output = $6, started_at = $7, finished_at = $8
     WHERE id = $1
  ), operation AS (
    UPDATE operation SET status = $10, message = $11, progress = $12 WHERE id = $9
  )
  SELECT append_event($13, $14)`;

/** Writes what may change of a step and of its operation while it runs, with the event that tells of it. */
export async function writeStep(tx: EntityManager, operation: Operation, step: OperationStep): Promise<void> {
  const { id, status, attempts, forgiven, message, output, startedAt, finishedAt } = step;
  await tx.query(sql, [
    ...[id, status, attempts, forgiven, message, output, startedAt, finishedAt],
    ...[operation.id, operation.status, operation.message, operation.progress],
    ...[operationTopic(operation.id), JSON.stringify(snapshotOf(operation, step))],
  ]);
}
