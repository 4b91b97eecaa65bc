import type { EntityManager } from 'typeorm';
import type { RecordedEvent } from './event.js';

/** Most events that one query reads. */
export const pageSize = 500;

/** What it takes to read: a pool, or a transaction. */
export type Queries = Pick<EntityManager, 'query'>;

interface Row {
  seq: string;
  payload: Record<string, unknown>;
  /** Seconds since the transaction that recorded it began. */
  age: number;
}

/** Records an event within the transaction of the change it tells of; it is published when that commits. */
export async function record(tx: EntityManager, topic: string, payload: object): Promise<void> {
  await tx.query('SELECT append_event($1, $2)', [topic, JSON.stringify(payload)]);
}

/** As {@link record}, several in their order and in one round trip. */
export async function recordAll(tx: EntityManager, topic: string, payloads: readonly object[]): Promise<void> {
  await tx.query(
    'SELECT append_event($1, payload) FROM unnest($2::jsonb[]) WITH ORDINALITY AS p (payload, n) ORDER BY n',
    [topic, payloads.map((payload) => JSON.stringify(payload))],
  );
}

/** The number of the topic's newest event; 0 where there is none. */
export async function newest(db: Queries, topic: string): Promise<number> {
  const [row] = await db.query<{ seq: string }[]>('SELECT seq FROM event_topic WHERE topic = $1', [topic]);
  return Number(row?.seq ?? 0);
}

/** The events with `after < seq`, oldest first, one page of them. `aged` is told how old each is, by PostgreSQL's clock. */
export async function readAfter(
  db: Queries,
  topic: string,
  after: number,
  aged?: (seconds: number) => void,
): Promise<RecordedEvent[]> {
  const rows = await db.query<Row[]>(
    `SELECT seq, payload, extract(epoch FROM clock_timestamp() - created_at)::float8 AS age
       FROM event WHERE topic = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [topic, after, pageSize],
  );
  for (const { age } of rows) aged?.(age);
  return rows.map(({ seq, payload }) => ({ topic, seq: Number(seq), payload }));
}
