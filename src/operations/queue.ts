import type { DataSource } from 'typeorm';

/** The open operations that nobody works on. */
export interface Queue {
  readonly depth: number;
  /** How long ago the oldest of them was asked for; 0 where there is none. */
  readonly oldestSeconds: number;
}

export async function readQueue(db: DataSource): Promise<Queue> {
  const [queue = { depth: 0, oldestSeconds: 0 }] = await db.query<Queue[]>(
    `SELECT count(*)::int AS depth, coalesce(extract(epoch FROM now() - min(created_at)), 0)::float8 AS "oldestSeconds"
       FROM operation
      WHERE status IN ('QUEUED', 'RUNNING', 'WAITING') AND (lease_until IS NULL OR lease_until < now())`,
  );
  return queue;
}
