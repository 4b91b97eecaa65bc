import type { EntityManager } from 'typeorm';
import { leftoverKinds, type LeftoverKind, type Server } from '../providers/provider.js';

type Db = Pick<EntityManager, 'query'>;

export type OrphanKindName = 'SERVER' | LeftoverKind;

/** Something at a provider, as a look at it finds it. */
export interface Found {
  readonly kind: OrphanKindName;
  readonly id: string;
  /** The instance that it was made for; null: a whole cluster's. */
  readonly key: string | null;
  readonly clusterId: string | null;
  /** Null for what is no server. */
  readonly status: Server['state'] | null;
  readonly message: string;
  /** Whether it bears the tag of this very control plane. */
  readonly ours: boolean;
}

export interface OrphanRow extends Omit<Found, 'clusterId'> {
  readonly provider: string;
  readonly cluster_id: string | null;
  readonly first_seen_at: Date;
}

/** Names an orphan among all. */
export type OrphanName = Pick<OrphanRow, 'provider' | 'kind' | 'id'>;

/** The id of this control plane, made when it is first asked for. Servers bear it, so that two on one provider keep apart. */
export async function controlPlaneId(db: Db): Promise<string> {
  await db.query('INSERT INTO control_plane (id) VALUES (gen_random_uuid()) ON CONFLICT DO NOTHING');
  const [row] = await db.query<{ id: string }[]>('SELECT id FROM control_plane');
  return row?.id ?? '';
}

/** Whether this process is the one that looks now: once in `everyMs`, however many there are. */
export async function claimRound(db: Db, everyMs: number): Promise<boolean> {
  // A little less, as timers are never exact.
  const [rows] = await db.query<[unknown[], number]>(
    `UPDATE control_plane SET looked_at = now()
      WHERE looked_at IS NULL OR looked_at < now() - $1 * interval '1 millisecond' RETURNING id`,
    [everyMs * 0.9],
  );
  return rows.length > 0;
}

/** What something is there for: its instance; else its cluster. Empty where neither was recorded. */
export const claimant = ({ key, clusterId }: Pick<Found, 'key' | 'clusterId'>): string => key ?? clusterId ?? '';

/** Those of `ids` that are of instances or clusters which there shall be. */
export async function living(db: Db, ids: readonly string[]): Promise<Set<string>> {
  const rows = await db.query<{ id: string }[]>(
    `SELECT id::text FROM instance WHERE deleted_at IS NULL AND id::text = ANY($1)
      UNION ALL SELECT id::text FROM cluster WHERE deleted_at IS NULL AND id::text = ANY($1)`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** Records what a look at a provider has found, and forgets what is no longer there. */
export async function recordOrphans(tx: Db, provider: string, found: readonly Found[]): Promise<void> {
  const names = found.map(({ kind, id }) => `${kind} ${id}`);
  await tx.query(`DELETE FROM orphan WHERE provider = $1 AND kind || ' ' || id <> ALL($2)`, [provider, names]);
  for (const { kind, id, key, clusterId, status, message, ours } of found) {
    await tx.query(
      `INSERT INTO orphan (provider, kind, id, key, cluster_id, status, message, ours, first_seen_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, now())
       ON CONFLICT (provider, kind, id) DO UPDATE SET status = excluded.status, ours = excluded.ours`,
      [provider, kind, id, key, clusterId, status, message, ours],
    );
  }
}

export const listOrphans = (db: Db): Promise<OrphanRow[]> =>
  db.query<OrphanRow[]>('SELECT * FROM orphan ORDER BY first_seen_at, provider, kind DESC, id');

const named = 'provider = $1 AND kind = $2 AND id = $3';

export async function findOrphan(db: Db, { provider, kind, id }: OrphanName): Promise<OrphanRow | null> {
  const [row] = await db.query<OrphanRow[]>(`SELECT * FROM orphan WHERE ${named}`, [provider, kind, id]);
  return row ?? null;
}

/** Those of a provider whose time to live is over, in the order in which they can go: servers hold much of the rest. */
export const dueOrphans = (db: Db, provider: string, ttlMs: number): Promise<OrphanRow[]> =>
  db.query<OrphanRow[]>(
    `SELECT * FROM orphan
      WHERE provider = $1 AND ours AND first_seen_at < now() - $2 * interval '1 millisecond'
      ORDER BY coalesce(array_position($3::text[], kind), 0), first_seen_at`,
    [provider, ttlMs, leftoverKinds],
  );

export const noteOrphan = (db: Db, { provider, kind, id }: OrphanName, message: string): Promise<unknown> =>
  db.query(`UPDATE orphan SET message = $4 WHERE ${named}`, [provider, kind, id, message]);

export const dropOrphan = (db: Db, { provider, kind, id }: OrphanName): Promise<unknown> =>
  db.query(`DELETE FROM orphan WHERE ${named}`, [provider, kind, id]);
