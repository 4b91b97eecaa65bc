import type { DataSource } from 'typeorm';
import { messageOf } from '../errors.js';
import { Lease, type LeaseOptions } from './lease.js';
import { Handover } from './run-step.js';
import { runOperation, type RunnerOptions } from './run-operation.js';

export interface WorkerOptions extends RunnerOptions {
  readonly db: DataSource;
  readonly owner: string;
  readonly leaseMs: number;
  readonly sweepMs: number;
  /** Most operations side by side. */
  readonly concurrency: number;
  readonly operationEnded: (kind: string, outcome: string, seconds: number) => void;
}

const findOpen = `SELECT id FROM operation
  WHERE status IN ('QUEUED', 'RUNNING', 'WAITING') AND (lease_until IS NULL OR lease_until < now()) AND kind = ANY($2)
  ORDER BY created_at LIMIT $1`;

/** Runs operations: those it is woken for, and those that a sweep finds because nobody woke a worker or theirs has died. */
export class Worker {
  private readonly running = new Map<string, Promise<void>>();
  private readonly cut = new AbortController();
  private readonly drain = new AbortController();
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly options: WorkerOptions) {}

  start(): void {
    this.timer = setInterval(() => void this.sweep(), this.options.sweepMs);
    void this.sweep();
  }

  /** How many operations it runs now. */
  get busy(): number {
    return this.running.size;
  }

  /** Takes the operation up, if nobody holds it and a place is free; a full worker leaves it to others and to the sweep. */
  async wake(operationId: string): Promise<void> {
    const { db, owner, leaseMs, log, concurrency, kinds } = this.options;
    if (this.draining || this.running.has(operationId) || this.running.size >= concurrency) return;
    const leased: LeaseOptions = { db, owner, leaseMs, log, kinds: [...kinds.keys()] };
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
      const rows = await this.options.db.query<{ id: string }[]>(findOpen, [free, [...this.options.kinds.keys()]]);
      for (const { id } of rows) await this.wake(id);
    } catch (error) {
      this.options.log.warn({ error: messageOf(error) }, 'cannot look for open operations');
    }
  }

  /** Takes no more; what runs has `graceMs` to finish the step it is at, then it is cut and handed over. */
  async stop(graceMs: number): Promise<void> {
    this.drain.abort(new Handover('the worker stops'));
    if (this.timer !== null) clearInterval(this.timer);
    const cut = setTimeout(() => {
      this.cut.abort(new Handover('the worker stops'));
    }, graceMs);
    await Promise.allSettled(this.running.values());
    clearTimeout(cut);
  }

  private get draining(): boolean {
    return this.drain.signal.aborted;
  }

  private async run(lease: Lease): Promise<void> {
    const began = performance.now();
    const { kind } = lease.operation;
    const end = await runOperation(lease, { cut: this.cut.signal, drain: this.drain.signal }, this.options);
    // Only what was given back on purpose: after an error the lease's end is the pause before it is taken up again.
    if (end === null) await lease.release().catch(() => undefined);
    this.options.operationEnded(kind, end ?? 'HANDED_OVER', (performance.now() - began) / 1000);
  }
}
