import { createHash } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { DomainError } from '../errors.js';

/** What an earlier mutation with the same key made. */
export interface Remembered {
  readonly clusterId: string;
  readonly operationId: string;
}

/** Objects with their fields in order, at every depth. */
const sorted = (_name: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/** Stands for a mutation and its input, whatever the order of its fields; what is null counts as left out. */
export function fingerprintOf(mutation: string, input: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(input).filter(([, value]) => value !== null && value !== undefined);
  const fields = given.sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([mutation, fields], sorted))
    .digest('hex');
}

/**
 * What this key made before, or null. Until the transaction ends, others with the same key wait here.
 * Throws CONFLICT where it was used with another input.
 */
export async function recall(tx: EntityManager, key: string, fingerprint: string): Promise<Remembered | null> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 7733))', [key]);
  const [row] = await tx.query<{ fingerprint: string; clusterId: string; operationId: string }[]>(
    'SELECT fingerprint, cluster_id AS "clusterId", operation_id AS "operationId" FROM idempotency WHERE key = $1',
    [key],
  );
  if (row === undefined) return null;
  if (row.fingerprint === fingerprint) return row;
  throw new DomainError('CONFLICT', 'this idempotency key was used with another input; take a new key for a new wish', {
    field: 'idempotencyKey',
    operationId: row.operationId,
  });
}

export async function remember(tx: EntityManager, key: string, fingerprint: string, made: Remembered): Promise<void> {
  await tx.query('INSERT INTO idempotency (key, fingerprint, cluster_id, operation_id) VALUES ($1, $2, $3, $4)', [
    key,
    fingerprint,
    made.clusterId,
    made.operationId,
  ]);
}
