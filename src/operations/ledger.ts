import type { EntityManager } from 'typeorm';
import { OperationStatus, StepStatus } from '../../schema/enums.js';
import { Operation } from '../../schema/operation.js';
import { OperationStep } from '../../schema/operation-step.js';
import { storable } from '../db/text.js';
import type { DomainError } from '../errors.js';
import { CancelRequested } from './cancel-requested.js';
import { cancelledWords } from './cancelled.js';
import type { Lease } from './lease.js';
import { pendingRow, type PlannedStep } from './planned.js';
import { recordOperation } from './snapshot.js';
import type { OperationKind } from './work.js';
import { writeStep } from './write-step.js';

/** What a row becomes when its step is begun, for the first time or again. */
const begunAgain = ({ attempts, startedAt }: OperationStep) => ({
  status: StepStatus.RUNNING,
  attempts: attempts + 1,
  startedAt: startedAt ?? new Date(),
  message: '',
});

const settled: readonly StepStatus[] = [StepStatus.DONE, StepStatus.SKIPPED];

/** Whether a step was begun and not finished: what it began may still run on a server. */
export const isLeft = ({ status, attempts }: OperationStep): boolean => attempts > 0 && !settled.includes(status);

/** The steps of one running operation: what its worker knows of them, written row by row under the fence. */
export class Ledger {
  /** It puts back what it has done: a cancel is heeded no more. */
  private backwards = false;

  private constructor(
    private readonly lease: Lease,
    private readonly kind: OperationKind,
    private readonly rows: Map<string, OperationStep>,
  ) {}

  static async open(lease: Lease, kind: OperationKind, db: EntityManager): Promise<Ledger> {
    const rows = await lease.outlast(() => db.findBy(OperationStep, { operationId: lease.operation.id }));
    return new Ledger(lease, kind, new Map(rows.map((row) => [row.key, row])));
  }

  /** Brings the rows of one stage in line with its plan: new steps are added, those that are not needed are skipped. */
  async adopt(stage: string, steps: readonly PlannedStep[]): Promise<void> {
    const wanted = new Set(steps.map(({ key }) => key));
    const missing = steps.filter(({ key }) => !this.rows.has(key));
    // Also one that was begun: a crash after its last write can leave it so.
    const needless = [...this.rows.values()].filter(
      (row) => row.key.startsWith(`${stage}/`) && !settled.includes(row.status) && !wanted.has(row.key),
    );
    if (missing.length === 0 && needless.length === 0) return;
    const added = missing.map((step) => pendingRow(this.lease.operation, step));
    await this.lease.write(async (tx, operation) => {
      // The same rows again where the answer to a commit was lost.
      await tx.createQueryBuilder().insert().into(OperationStep).values(added).orIgnore().execute();
      for (const row of added) this.rows.set(row.key, row);
      for (const row of needless)
        await this.change(tx, operation, row, { status: StepStatus.SKIPPED, message: 'not needed' });
    });
  }

  /** Whether any of its steps was begun. */
  get hasBegun(): boolean {
    return [...this.rows.values()].some(({ startedAt }) => startedAt !== null);
  }

  /** From now on what was done is put back, also by a worker that comes later: it is written why. */
  async turnBack({ code, message }: DomainError): Promise<void> {
    this.backwards = true;
    await this.lease.write(async (tx, operation) => {
      if (operation.errorCode !== null) return;
      Object.assign(operation, { errorCode: code, errorMessage: message, message: `putting back: ${message}` });
      const { errorCode, errorMessage } = operation;
      await tx.update(Operation, operation.id, { errorCode, errorMessage, message: operation.message });
      await recordOperation(tx, operation);
    });
  }

  isSettled(key: string): boolean {
    return settled.includes(this.row(key).status);
  }

  /** Whether any worker has begun it, and none has finished it. */
  isLeft(key: string): boolean {
    return isLeft(this.row(key));
  }

  attemptsLeft(key: string, cap: number): number {
    const { attempts, forgiven } = this.row(key);
    return cap - (attempts - forgiven);
  }

  /** Counts the attempt before any of it is done, so that one which kills its worker counts as well. Throws CancelRequested. */
  async begin(key: string): Promise<void> {
    const row = this.row(key);
    const begun = begunAgain(row);
    await this.lease.write(async (tx, operation) => {
      if (operation.cancelRequested && !this.backwards) throw new CancelRequested('before');
      await this.change(tx, operation, row, begun, { status: OperationStatus.RUNNING, message: row.name });
    });
  }

  /**
   * Ends a step, and begins `next` in the same transaction: a commit less on the way of each lane. False where `next`
   * has not been begun, as somebody asked for the end of it all.
   */
  async done(key: string, message: string, output: string, next: string | null = null): Promise<boolean> {
    const patch = { status: StepStatus.DONE, message: storable(message), output, finishedAt: new Date() };
    const row = next === null ? null : this.row(next);
    const begun = row === null ? null : begunAgain(row);
    return this.lease.write(async (tx, operation) => {
      await this.change(tx, operation, this.row(key), patch);
      if (row === null || begun === null || (operation.cancelRequested && !this.backwards)) return false;
      await this.change(tx, operation, row, begun, { status: OperationStatus.RUNNING, message: row.name });
      return true;
    });
  }

  /** What a running step has printed so far. */
  async printed(key: string, output: string): Promise<void> {
    const row = this.row(key);
    await this.lease.write(async (tx, operation) => {
      row.output = output;
      await writeStep(tx, operation, row);
    });
  }

  idOf(key: string): string {
    return this.row(key).id;
  }

  /** How often it has been begun. */
  attemptOf(key: string): number {
    return this.row(key).attempts;
  }

  /** Without an `output` it keeps that of its last attempt. */
  async failed(key: string, message: string, output?: string): Promise<void> {
    const patch = { status: StepStatus.FAILED, message: storable(message), finishedAt: new Date() };
    await this.lease.write((tx, operation) =>
      this.change(tx, operation, this.row(key), output === undefined ? patch : { ...patch, output }),
    );
  }

  /** The step will be begun again by itself after a while. */
  async waiting(key: string, words: string, output: string): Promise<void> {
    const message = storable(words);
    await this.lease.write((tx, operation) =>
      this.change(
        tx,
        operation,
        this.row(key),
        { status: StepStatus.PENDING, message, output },
        { status: OperationStatus.WAITING, message },
      ),
    );
  }

  /** A stop or a cancel cut the step: it is begun again by whoever goes on, and this attempt is not held against it. */
  async cut(key: string, message: string): Promise<void> {
    const row = this.row(key);
    const patch = { status: StepStatus.PENDING, forgiven: row.forgiven + 1, message };
    await this.lease.write((tx, operation) => this.change(tx, operation, row, patch));
  }

  /** The lease's own write: how steps change other rows. */
  write<T>(change: (tx: EntityManager) => Promise<T>): Promise<T> {
    return this.lease.write(change);
  }

  /** Ends the operation, in one transaction with what its end means for the other rows. */
  async end(
    patch: Partial<Operation>,
    means: (tx: EntityManager, operation: Operation) => Promise<void>,
  ): Promise<void> {
    await this.lease.write(async (tx, operation) => {
      await means(tx, operation);
      Object.assign(operation, patch, { finishedAt: new Date(), leaseOwner: null, leaseUntil: null });
      const { status, message, progress, errorCode, errorMessage, finishedAt, leaseOwner, leaseUntil } = operation;
      await tx.update(Operation, operation.id, {
        status,
        message,
        progress,
        errorCode,
        errorMessage,
        finishedAt,
        leaseOwner,
        leaseUntil,
      });
      await recordOperation(tx, operation);
    });
  }

  /** What is to be said of it when it is cancelled now, during or before a step. */
  cancelled(where: 'during' | 'before', step: string): string {
    return cancelledWords(step, this.rows.values(), where);
  }

  private row(key: string): OperationStep {
    const row = this.rows.get(key);
    if (row === undefined) throw new Error(`no step ${key}`);
    return row;
  }

  private async change(
    tx: EntityManager,
    operation: Operation,
    row: OperationStep,
    patch: Partial<OperationStep>,
    operationPatch: Partial<Pick<Operation, 'status' | 'message'>> = {},
  ): Promise<void> {
    Object.assign(row, patch);
    Object.assign(operation, operationPatch, { progress: this.percent(() => true) });
    await writeStep(tx, operation, row);
    await this.kind.stepChanged(
      tx,
      operation,
      this.shownFor(row),
      this.percent(({ instanceId }) => instanceId === row.instanceId),
    );
  }

  /** What an instance is at: when one of its steps has ended, another that still runs there. */
  private shownFor(row: OperationStep): OperationStep {
    const runs = ({ instanceId, status }: OperationStep): boolean =>
      instanceId === row.instanceId && status === StepStatus.RUNNING;
    return settled.includes(row.status) ? ([...this.rows.values()].find(runs) ?? row) : row;
  }

  private percent(of: (row: OperationStep) => boolean): number {
    const rows = [...this.rows.values()].filter(of);
    return rows.length === 0
      ? 0
      : Math.floor((100 * rows.filter((row) => settled.includes(row.status)).length) / rows.length);
  }
}
