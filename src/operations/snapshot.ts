import type { EntityManager } from 'typeorm';
import { Operation } from '../../schema/operation.js';
import { OperationStep } from '../../schema/operation-step.js';
import { OperationEvent } from '../../schema/payloads.js';
import { operationTopic } from '../events/event.js';
import { record } from '../events/event-log.js';

type Json = Readonly<Record<string, unknown>>;

/** Revives what JSON made of an entity: dates are strings there. */
export function revive<T extends object>(entity: T, json: Json, dates: readonly (keyof T & string)[]): T {
  Object.assign(entity, json);
  for (const name of dates) {
    const value = json[name];
    if (typeof value === 'string') Object.assign(entity, { [name]: new Date(value) });
  }
  return entity;
}

/** Records that an operation, or one step of it, changed: as both are now. */
export async function recordOperation(
  tx: EntityManager,
  operation: Operation,
  step: OperationStep | null,
): Promise<void> {
  // Who holds it is nobody's business; JSON leaves out what is undefined.
  const shown = Object.assign(new Operation(), operation, { leaseOwner: undefined, leaseUntil: undefined });
  await record(tx, operationTopic(operation.id), { operation: shown, step });
}

/** An event's payload as clients see it. */
export function operationEvent(payload: Json): OperationEvent {
  const { operation, step } = payload as { operation: Json; step: Json | null };
  return Object.assign(new OperationEvent(), {
    operation: revive(new Operation(), operation, ['createdAt', 'startedAt', 'finishedAt', 'deadlineAt']),
    step: step === null ? null : revive(new OperationStep(), step, ['startedAt', 'finishedAt']),
  });
}
