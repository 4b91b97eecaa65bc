import type { DataSource, EntityManager } from 'typeorm';
import { Operation } from '../../schema/operation.js';
import { outlast } from '../db/away.js';
import { returning, toEntities } from '../db/rows.js';
import { messageOf } from '../errors.js';
import { hasRoom } from './provider-cap.js';
import type { Log } from '../log.js';

/** Another worker holds the operation now, or it has ended: this one writes nothing more. */
export class LeaseLost extends Error {
  override readonly name = 'LeaseLost';
}

const open = `status IN ('QUEUED', 'RUNNING', 'WAITING')`;

export interface LeaseOptions {
  readonly db: DataSource;
  /** Names this process among all workers. */
  readonly owner: string;
  readonly leaseMs: number;
  readonly log: Log;
  /** The kinds of operation that this worker knows; others are left to workers of a newer version. */
  readonly kinds: readonly string[];
  /** Most operations that may be held at once on one provider; 0: as many as there are. */
  readonly providerCap?: number;
  /** Told when an operation is taken that another worker left without giving it back: it died, or fell silent. */
  readonly takenOver?: () => void;
}

/**
 * One worker's right to run one operation. Each taking counts the fence up, and every write carries its number, so
 * that a worker which was frozen past its lease can do no harm. Time is PostgreSQL's; the own clock only ends it early.
 */
export class Lease {
  readonly signal: AbortSignal;
  private readonly controller = new AbortController();
  private readonly renewals: NodeJS.Timeout;
  private expiry: NodeJS.Timeout | undefined;
  private heldUntil = 0;
  private renewing = false;

  private constructor(
    private readonly options: LeaseOptions,
    /** As it was when the lease was taken. */
    readonly operation: Operation,
    takenAt: number,
  ) {
    this.signal = this.controller.signal;
    this.hold(takenAt + options.leaseMs);
    this.renewals = setInterval(() => void this.renew(), options.leaseMs / 3);
  }

  /** Takes an open operation that nobody holds; null where there is none. Counts an attempt. */
  static async take(options: LeaseOptions, operationId: string): Promise<Lease | null> {
    const takenAt = performance.now();
    const { db, providerCap = 0 } = options;
    const operation =
      providerCap === 0
        ? await Lease.takeRow(db.manager, options, operationId)
        : await db.transaction(async (tx) =>
            (await hasRoom(tx, operationId, providerCap)) ? Lease.takeRow(tx, options, operationId) : undefined,
          );
    return operation === undefined ? null : new Lease(options, operation, takenAt);
  }

  private static async takeRow(
    tx: EntityManager,
    options: LeaseOptions,
    operationId: string,
  ): Promise<Operation | undefined> {
    const [rows] = await tx.query<[(Record<string, unknown> & { left_by: string | null })[], number]>(
      `UPDATE operation o
          SET status = 'RUNNING', fence = o.fence + 1, lease_owner = $2, attempts = o.attempts + 1,
              lease_until = now() + $3 * interval '1 millisecond', started_at = coalesce(o.started_at, now())
         FROM (SELECT id AS locked, lease_owner AS left_by FROM operation WHERE id = $1 FOR UPDATE) before
        WHERE o.id = before.locked AND ${open} AND (lease_until IS NULL OR lease_until < now()) AND kind = ANY($4)
        RETURNING o.*, before.left_by`,
      [operationId, options.owner, options.leaseMs, options.kinds],
    );
    const [row] = rows;
    if (row !== undefined && row.left_by !== null) {
      options.log.warn(
        { operation: operationId, leftBy: row.left_by },
        'an operation is taken over from another worker',
      );
      options.takenOver?.();
    }
    return toEntities(tx, Operation, rows)[0];
  }

  /** Throws where the lease may have passed to another worker already. */
  assertHeld(): void {
    this.signal.throwIfAborted();
    if (performance.now() >= this.heldUntil) throw this.lose('it has run out');
  }

  /**
   * A transaction that holds the fence. Throws LeaseLost, and writes nothing, where another worker has a newer one.
   * While the database is away it is tried again, so `change` has the effect of once.
   */
  async write<T>(change: (tx: EntityManager, operation: Operation) => Promise<T>): Promise<T> {
    return this.outlast(() => {
      this.assertHeld();
      return this.options.db.transaction(async (tx) => {
        const [operation] = await returning(
          tx,
          Operation,
          `SELECT * FROM operation WHERE id = $1 AND fence = $2 AND ${open} FOR UPDATE`,
          [this.operation.id, this.operation.fence],
        );
        if (operation === undefined) throw this.lose('another worker holds it, or it has ended');
        return change(tx, operation);
      });
    });
  }

  /** Does `work` again while the database is away, for as long as a lease lasts. */
  outlast<T>(work: () => Promise<T>): Promise<T> {
    return outlast(this.options.leaseMs, work);
  }

  /** Gives the operation back, for any worker to go on with. */
  async release(): Promise<void> {
    this.end();
    await this.options.db.query(
      `UPDATE operation SET lease_owner = NULL, lease_until = NULL WHERE id = $1 AND fence = $2 AND ${open}`,
      [this.operation.id, this.operation.fence],
    );
  }

  /** Stops renewing, and writes nothing more. */
  end(): void {
    this.heldUntil = 0;
    clearInterval(this.renewals);
    clearTimeout(this.expiry);
  }

  private hold(until: number): void {
    this.heldUntil = until;
    clearTimeout(this.expiry);
    this.expiry = setTimeout(() => this.lose('it has run out'), until - performance.now());
  }

  private async renew(): Promise<void> {
    const { db, leaseMs, log } = this.options;
    // One at a time: a database that hangs must not be asked until no connection is left.
    if (this.renewing) return;
    this.renewing = true;
    const askedAt = performance.now();
    try {
      const [row] = await returning(
        db.manager,
        Operation,
        `UPDATE operation SET lease_until = now() + $3 * interval '1 millisecond'
          WHERE id = $1 AND fence = $2 AND ${open} RETURNING *`,
        [this.operation.id, this.operation.fence, leaseMs],
      );
      if (this.heldUntil === 0) return;
      if (row === undefined) this.lose('another worker holds it, or it has ended');
      else this.hold(askedAt + leaseMs);
    } catch (error) {
      log.warn({ operation: this.operation.id, error: messageOf(error) }, 'cannot renew a lease');
    } finally {
      this.renewing = false;
    }
  }

  private lose(why: string): LeaseLost {
    this.end();
    const error = new LeaseLost(`the lease of operation ${this.operation.id} is lost: ${why}`);
    this.controller.abort(error);
    return error;
  }
}
