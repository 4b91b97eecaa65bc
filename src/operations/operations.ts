import { setTimeout as delay } from 'node:timers/promises';
import { In, IsNull, Not, type DataSource, type EntityManager } from 'typeorm';
import { OperationStatus, StepStatus } from '../../schema/enums.js';
import { OperationStep } from '../../schema/operation-step.js';
import { Operation } from '../../schema/operation.js';
import { DomainError } from '../errors.js';
import { isId, newId } from '../ids.js';
import { cancelledWords } from './cancelled.js';
import { isLeft } from './ledger.js';
import { foresee } from './planned.js';
import { asConflict, refuseSecond } from './working.js';
import { recordOperation } from './snapshot.js';
import type { OperationKind, WakeUp } from './work.js';

export const openStatuses: readonly OperationStatus[] = [
  OperationStatus.QUEUED,
  OperationStatus.RUNNING,
  OperationStatus.WAITING,
];

export interface NewOperation {
  readonly kind: string;
  readonly clusterId: string | null;
  readonly input: Record<string, unknown>;
}

/** How long operations may take, in milliseconds: any, and those that move all data of a cluster. */
export interface Deadlines {
  readonly deadlineMs: number;
  readonly dataDeadlineMs: number;
}

/** Who asks, as an operation keeps it: the name of the token. */
export type Actor = string | null;

/** Use cases of operations: they are made, retried and cancelled here, and run by a Worker. */
export class Operations {
  constructor(
    private readonly db: DataSource,
    private readonly kinds: ReadonlyMap<string, OperationKind>,
    private readonly wakeUp: WakeUp,
    private readonly deadlines: Deadlines,
    private readonly actor: Actor = null,
  ) {}

  /** The same, asked by `actor`: what is made by it says so. */
  as(actor: Actor): Operations {
    return new Operations(this.db, this.kinds, this.wakeUp, this.deadlines, actor);
  }

  /** Records an operation with the steps it is going to have, in the caller's transaction. Throws CONFLICT where the cluster has a working one. */
  async create(tx: EntityManager, { kind, clusterId, input }: NewOperation): Promise<Operation> {
    if (clusterId !== null) await refuseSecond(tx, clusterId);
    const operation = Object.assign(new Operation(), {
      id: newId(),
      kind,
      clusterId,
      input,
      requestedBy: this.actor,
      status: OperationStatus.QUEUED,
      progress: 0,
      message: '',
      errorCode: null,
      errorMessage: null,
      attempts: 0,
      cancelRequested: false,
      deadlineAt: this.deadlineOf(kind, { input }),
      leaseOwner: null,
      leaseUntil: null,
      fence: '0',
      createdAt: new Date(),
      startedAt: null,
      finishedAt: null,
    });
    await tx.insert(Operation, operation as object).catch(asConflict);
    const steps = await foresee(tx, this.kind(kind), operation);
    await tx.insert(OperationStep, steps);
    await recordOperation(tx, operation);
    await this.wakeUp.within(tx, operation.id);
    return operation;
  }

  /** To be called when the transaction of {@link create} has committed. */
  async wake(operationId: string): Promise<void> {
    await this.wakeUp.after(operationId);
  }

  /** Goes on with a failed or cancelled operation from its first step that is not done. */
  async retry(wanted: string): Promise<Operation> {
    const operation = await this.db.transaction(async (tx) => {
      const found = await this.lock(tx, wanted);
      const { id } = found;
      if (found.status !== OperationStatus.FAILED && found.status !== OperationStatus.CANCELLED) {
        throw new DomainError(
          'CONFLICT',
          `only a failed or cancelled operation can be retried; this one is ${found.status}`,
          { field: 'id', operationId: id },
        );
      }
      if (found.clusterId !== null) await refuseSecond(tx, found.clusterId, 'id');
      await this.refuseOlder(tx, found);
      const patch = {
        status: OperationStatus.QUEUED,
        message: '',
        errorCode: null,
        errorMessage: null,
        cancelRequested: false,
        finishedAt: null,
        deadlineAt: this.deadlineOf(found.kind, found),
        attempts: 0,
      };
      Object.assign(found, patch);
      await tx.update(Operation, id, patch).catch(asConflict);
      const kind = this.kind(found.kind);
      // What was put back is done from the beginning.
      const kept = kind.undo === undefined ? ['DONE', 'SKIPPED'] : [];
      if (kind.undo !== undefined)
        await tx.query('DELETE FROM operation_step WHERE operation_id = $1 AND starts_with(key, $2)', [
          id,
          `${kind.undo.name}/`,
        ]);
      await tx.query(
        `UPDATE operation_step SET status = $2, forgiven = attempts, finished_at = NULL, launched = false
          WHERE operation_id = $1 AND status <> ALL($3)`,
        [id, StepStatus.PENDING, kept],
      );
      await kind.retried(tx, found);
      await recordOperation(tx, found);
      await this.wakeUp.within(tx, id);
      return found;
    });
    await this.wakeUp.after(operation.id);
    return operation;
  }

  /** Stops an operation: its worker aborts what runs. One of which nothing can be running ends at once. */
  async cancel(wanted: string): Promise<Operation> {
    const cancelled = await this.db.transaction(async (tx) => {
      const found = await this.lock(tx, wanted);
      const { id } = found;
      if (!openStatuses.includes(found.status)) {
        throw new DomainError('CONFLICT', `the operation has ended already: ${found.status}`, {
          field: 'id',
          operationId: id,
        });
      }
      const steps = await tx.findBy(OperationStep, { operationId: id });
      // What was handed over in the middle of a step may still run on a server: that is for a worker to end.
      const idle = found.leaseUntil === null && !steps.some(isLeft) && !(await this.mustTurnBack(tx, found));
      Object.assign(found, { cancelRequested: true, message: 'it is being stopped' });
      if (idle) {
        const why = new DomainError('CANCELLED', cancelledWords(null, steps));
        await this.kind(found.kind).stopped(tx, found, why);
        Object.assign(found, { status: OperationStatus.CANCELLED, message: why.message, finishedAt: new Date() });
      }
      const { status, message, cancelRequested, finishedAt } = found;
      await tx.update(Operation, id, { status, message, cancelRequested, finishedAt });
      await recordOperation(tx, found);
      if (!idle) await this.wakeUp.within(tx, id);
      return found;
    });
    if (cancelled.finishedAt === null) await this.wakeUp.after(cancelled.id);
    return cancelled;
  }

  /** Whether a worker has to put back what was done. */
  private async mustTurnBack(tx: EntityManager, { id, kind }: Operation): Promise<boolean> {
    if (this.kind(kind).undo === undefined) return false;
    return tx.existsBy(OperationStep, { operationId: id, startedAt: Not(IsNull()) });
  }

  /**
   * Ends the operation that works on a cluster, if one does: it is cancelled, and taken from a worker that has not ended
   * it within `patienceMs`. Its later writes are refused, as its fence is old.
   */
  async endWorking(clusterId: string, patienceMs: number): Promise<Operation | null> {
    const working = await this.db.manager.findOneBy(Operation, { clusterId, status: In(openStatuses) });
    if (working === null) return null;
    const { id } = working;
    await this.cancel(id).catch((error: unknown) => {
      if (!(error instanceof DomainError) || error.code !== 'CONFLICT') throw error;
    });
    const until = performance.now() + patienceMs;
    for (;;) {
      const now = await this.db.manager.findOneByOrFail(Operation, { id });
      if (!openStatuses.includes(now.status)) return now;
      if (performance.now() > until) return this.seize(id);
      await delay(50);
    }
  }

  /** Ends an operation against its worker. */
  private seize(wanted: string): Promise<Operation> {
    return this.db.transaction(async (tx) => {
      const found = await this.lock(tx, wanted);
      if (!openStatuses.includes(found.status)) return found;
      const why = new DomainError('CANCELLED', 'taken from its worker, which did not end it in time');
      await this.kind(found.kind).stopped(tx, found, why);
      const fence = String(BigInt(found.fence) + 1n);
      const patch = { status: OperationStatus.CANCELLED, message: why.message, fence, finishedAt: new Date() };
      Object.assign(found, patch, { leaseOwner: null, leaseUntil: null });
      await tx.update(Operation, found.id, { ...patch, leaseOwner: null, leaseUntil: null });
      await tx.query(`UPDATE operation_step SET status = $2 WHERE operation_id = $1 AND status = 'RUNNING'`, [
        found.id,
        StepStatus.PENDING,
      ]);
      await recordOperation(tx, found);
      return found;
    });
  }

  private async lock(tx: EntityManager, id: string): Promise<Operation> {
    const found = isId(id) ? await tx.findOne(Operation, { where: { id }, lock: { mode: 'pessimistic_write' } }) : null;
    if (found === null) throw new DomainError('NOT_FOUND', `there is no operation ${id}`, { field: 'id' });
    return found;
  }

  /** Work that came later may stand on what an older operation left: only the cluster's newest that changed it goes on. */
  private async refuseOlder(tx: EntityManager, { id, clusterId }: Operation): Promise<void> {
    const harmless = [...this.kinds.values()].filter((kind) => kind.changesCluster === false).map(({ kind }) => kind);
    const [newer] = await tx.query<{ id: string; kind: string }[]>(
      'SELECT id, kind FROM operation WHERE cluster_id = $1 AND id > $2 AND kind <> ALL($3) ORDER BY id DESC LIMIT 1',
      [clusterId, id, harmless],
    );
    if (newer === undefined) return;
    throw new DomainError(
      'CONFLICT',
      `the cluster has gone on since, with ${newer.kind} (operation ${newer.id}); this one can no longer be retried`,
      { field: 'id', operationId: newer.id },
    );
  }

  private deadlineOf(kind: string, operation: Pick<Operation, 'input'>): Date {
    const { deadlineMs, dataDeadlineMs } = this.deadlines;
    const longer = this.kind(kind).movesData?.(operation) ?? false;
    return new Date(Date.now() + (longer ? Math.max(deadlineMs, dataDeadlineMs) : deadlineMs));
  }

  private kind(name: string): OperationKind {
    const kind = this.kinds.get(name);
    if (kind === undefined) throw new Error(`no operation kind ${name}`);
    return kind;
  }
}
