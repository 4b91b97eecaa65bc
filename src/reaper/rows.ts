import type { EntityManager } from 'typeorm';
import type { Server } from '../providers/provider.js';

export interface OrphanRow {
  readonly provider: string;
  readonly id: string;
  readonly key: string;
  readonly cluster_id: string;
  readonly status: Server['state'];
  readonly message: string;
  /** Whether it bears the tag of this very control plane. */
  readonly ours: boolean;
  readonly first_seen_at: Date;
}

/** The id of this control plane, made when it is first asked for. Servers bear it, so that two on one provider keep apart. */
export async function controlPlaneId(db: Pick<EntityManager, 'query'>): Promise<string> {
  await db.query('INSERT INTO control_plane (id) VALUES (gen_random_uuid()) ON CONFLICT DO NOTHING');
  const [row] = await db.query<{ id: string }[]>('SELECT id FROM control_plane');
  return row?.id ?? '';
}

/** Whether this process is the one that looks now: once in `everyMs`, however many there are. */
export async function claimRound(db: Pick<EntityManager, 'query'>, everyMs: number): Promise<boolean> {
  // A little less, as timers are never exact.
  const [rows] = await db.query<[unknown[], number]>(
    `UPDATE control_plane SET looked_at = now()
      WHERE looked_at IS NULL OR looked_at < now() - $1 * interval '1 millisecond' RETURNING id`,
    [everyMs * 0.9],
  );
  return rows.length > 0;
}

/** Those of `keys` that are the ids of instances which there shall be. */
export async function claimed(db: Pick<EntityManager, 'query'>, keys: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }[]>(
    'SELECT id::text FROM instance WHERE deleted_at IS NULL AND id::text = ANY($1)',
    [keys],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Records what a look at a provider has found, and forgets what is no longer there. */
export async function recordOrphans(
  tx: EntityManager,
  provider: string,
  found: readonly (Server & { readonly ours: boolean })[],
): Promise<void> {
  await tx.query('DELETE FROM orphan WHERE provider = $1 AND id <> ALL($2)', [provider, found.map(({ id }) => id)]);
  for (const { id, key, clusterId, state, message, ours } of found) {
    await tx.query(
      `INSERT INTO orphan (provider, id, key, cluster_id, status, message, ours, first_seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now())
       ON CONFLICT (provider, id) DO UPDATE SET status = excluded.status, ours = excluded.ours`,
      [provider, id, key, clusterId, state, message, ours],
    );
  }
}

export const listOrphans = (db: Pick<EntityManager, 'query'>): Promise<OrphanRow[]> =>
  db.query<OrphanRow[]>('SELECT * FROM orphan ORDER BY first_seen_at, provider, id');

export async function findOrphan(
  db: Pick<EntityManager, 'query'>,
  provider: string,
  id: string,
): Promise<OrphanRow | null> {
  const [row] = await db.query<OrphanRow[]>('SELECT * FROM orphan WHERE provider = $1 AND id = $2', [provider, id]);
  return row ?? null;
}

/** Those of a provider whose time to live is over. */
export const dueOrphans = (db: Pick<EntityManager, 'query'>, provider: string, ttlMs: number): Promise<OrphanRow[]> =>
  db.query<OrphanRow[]>(
    `SELECT * FROM orphan
      WHERE provider = $1 AND ours AND first_seen_at < now() - $2 * interval '1 millisecond' ORDER BY first_seen_at`,
    [provider, ttlMs],
  );

export const noteOrphan = (db: Pick<EntityManager, 'query'>, row: OrphanRow, message: string): Promise<unknown> =>
  db.query('UPDATE orphan SET message = $3 WHERE provider = $1 AND id = $2', [row.provider, row.id, message]);

export const dropOrphan = (db: Pick<EntityManager, 'query'>, { provider, id }: OrphanRow): Promise<unknown> =>
  db.query('DELETE FROM orphan WHERE provider = $1 AND id = $2', [provider, id]);
