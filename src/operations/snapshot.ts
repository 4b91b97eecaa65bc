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

/** The payload of an event of an operation, or of one step of it: as both are now. */
export const snapshotOf = (operation: Operation, step: OperationStep | null): object => ({
  // Who holds it is nobody's business; JSON leaves out what is undefined.
  operation: Object.assign(new Operation(), operation, { leaseOwner: undefined, leaseUntil: undefined }),
  step,
});

/** Records that an operation changed, and no step of it. */
export const recordOperation = (tx: EntityManager, operation: Operation): Promise<void> =>
  record(tx, operationTopic(operation.id), snapshotOf(operation, null));

/** An event's payload as clients see it. */
export function operationEvent(payload: Json): OperationEvent {
  const { operation, step } = payload as { operation: Json; step: Json | null };
  return Object.assign(new OperationEvent(), {
    operation: revive(new Operation(), operation, ['createdAt', 'startedAt', 'finishedAt', 'deadlineAt']),
    step: step === null ? null : revive(new OperationStep(), step, ['startedAt', 'finishedAt']),
  });
}
