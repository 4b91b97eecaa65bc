import type { DataSource } from 'typeorm';
import { messageOf } from '../errors.js';
import { CancelRequested } from './cancel-requested.js';
import { Lease, type LeaseOptions } from './lease.js';
import { roomFor } from './provider-cap.js';
import { Handover } from './run-step.js';
import { runOperation, type RunnerOptions } from './run-operation.js';

export interface WorkerOptions extends RunnerOptions {
  readonly db: DataSource;
  readonly owner: string;
  readonly leaseMs: number;
  readonly sweepMs: number;
  /** Most operations side by side. */
  readonly concurrency: number;
  /** Most operations side by side on one provider, whoever runs them; 0: as many as there are. */
  readonly providerCap?: number;
  readonly operationEnded: (kind: string, outcome: string, seconds: number) => void;
  /** Told of each operation that another worker left without giving it back. */
  readonly takenOver?: () => void;
}

/** How often it is looked whether something that runs was cancelled, in milliseconds; a wake-up tells it sooner. */
const cancelMs = 1000;

const findCancelled = `SELECT id FROM operation WHERE id = ANY($1) AND cancel_requested`;

const findOpen = `SELECT id FROM operation o
  WHERE status IN ('QUEUED', 'RUNNING', 'WAITING') AND (lease_until IS NULL OR lease_until < now()) AND kind = ANY($2)
    AND ($3 = 0 OR ${roomFor('$3')})
  ORDER BY created_at LIMIT $1`;

/** Runs operations: those it is woken for, and those that a sweep finds because nobody woke a worker or theirs has died. */
export class Worker {
  private readonly running = new Map<string, Promise<void>>();
  private readonly cut = new AbortController();
  private readonly drain = new AbortController();
  private readonly cancels = new Map<string, AbortController>();
  private timers: NodeJS.Timeout[] = [];

  constructor(private readonly options: WorkerOptions) {}

  start(): void {
    this.timers = [
      setInterval(() => void this.sweep(), this.options.sweepMs),
      setInterval(() => void this.heedCancels(), cancelMs),
    ];
    void this.sweep();
  }

  /** How many operations it runs now. */
  get busy(): number {
    return this.running.size;
  }

  /** Takes the operation up, if nobody holds it and a place is free; a full worker leaves it to others and to the sweep. */
  async wake(operationId: string): Promise<void> {
    const { db, owner, leaseMs, log, concurrency, kinds, providerCap = 0, takenOver } = this.options;
    if (this.running.has(operationId)) return this.heedCancels();
    if (this.draining || this.running.size >= concurrency) return;
    const leased: LeaseOptions = {
      ...{ db, owner, leaseMs, log, kinds: [...kinds.keys()], providerCap },
      ...(takenOver !== undefined && { takenOver }),
    };
    const run = Lease.take(leased, operationId).then((lease) => (lease === null ? undefined : this.run(lease)));
    this.running.set(operationId, run);
    void run
      .catch((error: unknown) => {
        log.error(
          { operation: operationId, error: messageOf(error) },
          'an operation was dropped; it is taken up again when its lease ends',
        );
      })
      .finally(() => {
        this.running.delete(operationId);
        if (!this.draining) void this.sweep();
      });
    await Promise.resolve();
  }

  /** Looks for open operations that nobody holds. */
  async sweep(): Promise<void> {
    const free = this.options.concurrency - this.running.size;
    if (this.draining || free <= 0) return;
    try {
      const { db, kinds, providerCap = 0 } = this.options;
      const rows = await db.query<{ id: string }[]>(findOpen, [free, [...kinds.keys()], providerCap]);
      for (const { id } of rows) await this.wake(id);
    } catch (error) {
      this.options.log.warn({ error: messageOf(error) }, 'cannot look for open operations');
    }
  }

  /** Takes no more; what runs has `graceMs` to finish the step it is at, then it is cut and handed over. */
  async stop(graceMs: number): Promise<void> {
    this.drain.abort(new Handover('the worker stops'));
    for (const timer of this.timers) clearInterval(timer);
    const cut = setTimeout(() => {
      this.cut.abort(new Handover('the worker stops'));
    }, graceMs);
    await Promise.allSettled(this.running.values());
    clearTimeout(cut);
  }

  private get draining(): boolean {
    return this.drain.signal.aborted;
  }

  /** Aborts what somebody has cancelled. */
  private async heedCancels(): Promise<void> {
    const ids = [...this.cancels].filter(([, { signal }]) => !signal.aborted).map(([id]) => id);
    if (ids.length === 0) return;
    try {
      const rows = await this.options.db.query<{ id: string }[]>(findCancelled, [ids]);
      for (const { id } of rows) this.cancels.get(id)?.abort(new CancelRequested('during'));
    } catch (error) {
      this.options.log.warn({ error: messageOf(error) }, 'cannot look for cancelled operations');
    }
  }

  private async run(lease: Lease): Promise<void> {
    const began = performance.now();
    const { kind, id } = lease.operation;
    const cancel = new AbortController();
    this.cancels.set(id, cancel);
    const stopping = { cut: this.cut.signal, drain: this.drain.signal, cancel: cancel.signal };
    const end = await runOperation(lease, stopping, this.options).finally(() => this.cancels.delete(id));
    // Only what was given back on purpose: after an error the lease's end is the pause before it is taken up again.
    if (end === null) await lease.release().catch(() => undefined);
    this.options.operationEnded(kind, end ?? 'HANDED_OVER', (performance.now() - began) / 1000);
  }
}
