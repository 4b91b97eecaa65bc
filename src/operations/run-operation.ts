import type { DataSource } from 'typeorm';
import { OperationStatus } from '../../schema/enums.js';
import { DomainError, messageOf } from '../errors.js';
import type { Log } from '../log.js';
import { LeaseLost, type Lease } from './lease.js';
import { Ledger } from './ledger.js';
import { place, type PlannedLane, type PlannedStep } from './planned.js';
import { Handover, runStep, type StepRun } from './run-step.js';
import type { OperationKind } from './work.js';

export interface RunnerOptions {
  readonly db: DataSource;
  readonly kinds: ReadonlyMap<string, OperationKind>;
  readonly stepAttempts: number;
  readonly log: Log;
  readonly stepEnded: (kind: string, step: string, outcome: string, seconds: number) => void;
}

/** How a worker's stop reaches what it runs. */
export interface Stopping {
  /** Aborted with a Handover when the grace is over. */
  readonly cut: AbortSignal;
  /** True from the moment it is told to stop: no further step begins. */
  readonly draining: () => boolean;
}

/** A step failed: the error, and where. */
class LaneFailed extends Error {
  constructor(
    readonly step: PlannedStep,
    readonly error: unknown,
  ) {
    super(messageOf(error));
  }
}

/** Often enough for any chaos, and an end for an operation that kills its workers outside of a step. */
const mostAttempts = 100;

/**
 * Runs an operation from its first step that is not done to its end. Resolves with its end, or with null when it was
 * given back because its worker stops, or lost to another worker.
 */
export async function runOperation(
  lease: Lease,
  stop: Stopping,
  options: RunnerOptions,
): Promise<OperationStatus | null> {
  const { operation } = lease;
  const kind = options.kinds.get(operation.kind);
  if (kind === undefined) throw new Error(`no operation kind ${operation.kind}`);
  const ledger = await Ledger.open(lease, kind, options.db.manager);
  try {
    if (operation.attempts > mostAttempts) {
      throw new DomainError('ATTEMPTS_EXHAUSTED', `taken up ${mostAttempts} times without an end`);
    }
    await runStages(ledger, lease, stop, kind, options);
    await ledger.end({ status: OperationStatus.SUCCEEDED, progress: 100, message: '' }, (tx, now) =>
      kind.succeeded(tx, now),
    );
    return OperationStatus.SUCCEEDED;
  } catch (thrown) {
    const error = thrown instanceof LaneFailed ? thrown.error : thrown;
    if (error instanceof LeaseLost || error instanceof Handover) return null;
    const why = explain(thrown instanceof LaneFailed ? thrown.step : null, error);
    if (!(error instanceof DomainError))
      options.log.error({ err: error, operation: operation.id }, 'an operation failed unexpectedly');
    const cancelled = why.code === 'CANCELLED';
    const status = cancelled ? OperationStatus.CANCELLED : OperationStatus.FAILED;
    const patch = cancelled ? {} : { errorCode: why.code, errorMessage: why.message };
    await ledger.end({ status, message: why.message, ...patch }, (tx, now) => kind.stopped(tx, now, why));
    return status;
  } finally {
    lease.end();
  }
}

async function runStages(
  ledger: Ledger,
  lease: Lease,
  stop: Stopping,
  kind: OperationKind,
  options: RunnerOptions,
): Promise<void> {
  const { operation } = lease;
  const left = (operation.deadlineAt?.getTime() ?? Infinity) - Date.now();
  const deadline = new AbortController();
  const timer = setTimeout(
    () => {
      deadline.abort(new DomainError('DEADLINE_EXCEEDED', 'the operation ran past its deadline'));
    },
    Math.min(Math.max(left, 0), 2 ** 31 - 1),
  );
  const signal = AbortSignal.any([lease.signal, stop.cut, deadline.signal]);
  const run: StepRun = {
    ledger,
    signal,
    attempts: options.stepAttempts,
    ended: ({ work, instanceId, key }, outcome, seconds) => {
      options.stepEnded(operation.kind, work.name, outcome, seconds);
      options.log[outcome === 'failed' ? 'warn' : 'info'](
        {
          operation: operation.id,
          kind: operation.kind,
          cluster: operation.clusterId,
          instance: instanceId,
          step: key,
          outcome,
          seconds,
          attempt: operation.attempts,
          fence: operation.fence,
        },
        'step',
      );
    },
  };
  try {
    for (const [index, stage] of kind.stages.entries()) {
      const phases = place(index, stage, await stage.plan(options.db.manager, operation));
      await ledger.adopt(stage.name, phases.flat(2));
      for (const lanes of phases) await runLanes(lanes, run, stop);
    }
  } finally {
    clearTimeout(timer);
  }
}

/** All lanes side by side; when one fails, the others finish the step that they are at. */
async function runLanes(lanes: readonly PlannedLane[], run: StepRun, stop: Stopping): Promise<void> {
  let failure: unknown = null;
  const ends = lanes.map(async (lane) => {
    for (const step of lane.filter(({ key }) => !run.ledger.isSettled(key))) {
      if (failure !== null) return;
      run.signal.throwIfAborted();
      if (stop.draining()) throw new Handover('the worker stops');
      await runStep(step, run).catch((error: unknown) => {
        failure ??= new LaneFailed(step, error);
        throw new LaneFailed(step, error);
      });
    }
  });
  const rejected = (await Promise.allSettled(ends)).find((end) => end.status === 'rejected');
  if (rejected !== undefined) throw failure ?? rejected.reason;
}

/** An error as the operation shows it: which step, and why. What nobody expected keeps its words, and no stack. */
function explain(step: PlannedStep | null, error: unknown): DomainError {
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  if (step === null || code === 'CANCELLED')
    return error instanceof DomainError ? error : new DomainError(code, messageOf(error));
  const where = step.on === null ? '' : ` on ${step.on}`;
  return new DomainError(code, `step "${step.work.name}"${where} failed: ${messageOf(error)}`);
}
