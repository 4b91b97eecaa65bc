import { afterEach } from '@jest/globals';
import type { DataSource, EntityManager } from 'typeorm';
import { OperationStep } from '../../schema/operation-step.js';
import { Operation } from '../../schema/operation.js';
import type { Log } from '../../src/log.js';
import { Lease } from '../../src/operations/lease.js';
import { openStatuses, Operations } from '../../src/operations/operations.js';
import { Worker, type WorkerOptions } from '../../src/operations/worker.js';
import type { OperationKind, StepContext, WorkLane, WorkPhase } from '../../src/operations/work.js';
import { quiet } from './log.js';
import { until } from './until.js';

type Run = (context: StepContext) => unknown;

/** A lane of steps by name; `on` names the instance where it is of one. */
export const lane = (
  steps: Readonly<Record<string, Run>>,
  on: { id: string; name: string } | null = null,
): WorkLane => ({
  instanceId: on?.id ?? null,
  on: on?.name ?? null,
  steps: Object.entries(steps).map(([name, run]) => ({
    name,
    run: async (context: StepContext) => {
      const how = await run(context);
      return typeof how === 'string' ? how : 'applied';
    },
  })),
});

/** An operation kind in memory: its stages by name, and what its hooks were told. */
export interface FakeKind extends OperationKind {
  readonly told: string[];
}

type Plan = readonly WorkPhase[] | ((db: EntityManager) => Promise<readonly WorkPhase[]>);

export function fakeKind(stages: Readonly<Record<string, Plan>>, hooks: Partial<OperationKind> = {}): FakeKind {
  const told: string[] = [];
  const tell = (what: string): Promise<void> => {
    told.push(what);
    return Promise.resolve();
  };
  return {
    kind: 'test',
    told,
    stages: Object.entries(stages).map(([name, plan]) => ({
      name,
      plan: async (db: EntityManager) => (typeof plan === 'function' ? plan(db) : Promise.resolve(plan)),
    })),
    stepChanged: () => Promise.resolve(),
    succeeded: () => tell('succeeded'),
    stopped: (_tx, _operation, { code }) => tell(`stopped: ${code}`),
    retried: () => tell('retried'),
    ...hooks,
  };
}

/** A kind of one lane. */
export const inOrder = (steps: Readonly<Record<string, Run>>, hooks: Partial<OperationKind> = {}): FakeKind =>
  fakeKind({ all: [[lane(steps)]] }, hooks);

/** A step that fails each time. */
export const failing =
  (error: Error): Run =>
  () => {
    throw error;
  };

/** Steps in order that tell when they ran, and do no more. */
export const noting = (ran: string[], ...names: readonly string[]): Record<string, Run> =>
  Object.fromEntries(names.map((name) => [name, () => String(ran.push(name))]));

/** The engine in this process: use cases and as many workers as a test wants, on a real database. */
export class Engine {
  /** Ids that were to be woken, in the order of the mutations. */
  readonly woken: string[] = [];
  readonly operations: Operations;
  private readonly workers: Worker[] = [];

  constructor(
    readonly db: DataSource,
    private readonly kind: OperationKind,
    deadlineMs = 60_000,
  ) {
    const wakeUp = {
      within: () => Promise.resolve(),
      after: (id: string) => Promise.resolve(void this.woken.push(id)),
    };
    this.operations = new Operations(db, new Map([[kind.kind, kind]]), wakeUp, {
      deadlineMs,
      dataDeadlineMs: 10 * deadlineMs,
    });
  }

  /** A worker that runs what it is woken for; it does not sweep unless it is started. */
  worker(options: Partial<Omit<WorkerOptions, 'kinds'>> & { kind?: OperationKind } = {}): Worker {
    const { kind = this.kind, ...more } = options;
    const nothing = (): void => undefined;
    const worker = new Worker({
      db: this.db,
      kinds: new Map([[kind.kind, kind]]),
      owner: `worker ${this.workers.length + 1}`,
      log: quiet,
      leaseMs: 30_000,
      sweepMs: 60_000,
      concurrency: 10,
      stepAttempts: 5,
      stepEnded: nothing,
      operationEnded: nothing,
      ...more,
    });
    this.workers.push(worker);
    return worker;
  }

  /** How many operations its workers run now. */
  get busy(): number {
    return this.workers.reduce((sum, worker) => sum + worker.busy, 0);
  }

  create(clusterId: string | null = null): Promise<Operation> {
    return this.db.transaction((tx) => this.operations.create(tx, { kind: this.kind.kind, clusterId, input: {} }));
  }

  /** Records an operation and has a worker of its own run it to its end. */
  async run(options: Parameters<Engine['worker']>[0] = {}): Promise<Operation> {
    const { id } = await this.create();
    await this.worker(options).wake(id);
    return this.ended(id);
  }

  row(id: string): Promise<Operation> {
    return this.db.manager.findOneByOrFail(Operation, { id });
  }

  steps(operationId: string): Promise<OperationStep[]> {
    return this.db.manager.find(OperationStep, { where: { operationId }, order: { ordinal: 'ASC', id: 'ASC' } });
  }

  /** `name STATUS`, in order. */
  async shown(operationId: string): Promise<string[]> {
    return (await this.steps(operationId)).map(({ name, status }) => `${name} ${status}`);
  }

  /** Waits for its end. */
  ended(id: string): Promise<Operation> {
    return until(`operation ${id} ends`, async () => {
      // A test may have cut every connection, this one too.
      const row = await this.row(id).catch(() => null);
      return row === null || openStatuses.includes(row.status) ? null : row;
    });
  }

  async events(topic: string): Promise<number> {
    const rows = await this.db.query<unknown[]>('SELECT 1 FROM event WHERE topic = $1', [topic]);
    return rows.length;
  }

  /** What a lease looks like whose worker was silent for too long. */
  async lapse(id: string): Promise<void> {
    await this.db.query(`UPDATE operation SET lease_until = now() - interval '1 second' WHERE id = $1`, [id]);
  }

  async lease(id: string, { leaseMs = 30_000, log = quiet }: { leaseMs?: number; log?: Log } = {}): Promise<Lease> {
    const lease = await Lease.take({ db: this.db, owner: 'a test', leaseMs, log, kinds: [this.kind.kind] }, id);
    if (lease === null) throw new Error(`operation ${id} cannot be leased`);
    return lease;
  }

  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.stop(0)));
  }
}

/** Makes engines on a database; each is stopped when its test ends. */
export function useEngine(database: { readonly db: DataSource }): (kind: OperationKind, deadlineMs?: number) => Engine {
  const engines: Engine[] = [];
  afterEach(async () => {
    await Promise.all(engines.splice(0).map((engine) => engine.stop()));
  });
  return (kind, deadlineMs) => {
    const engine = new Engine(database.db, kind, deadlineMs);
    engines.push(engine);
    return engine;
  };
}
