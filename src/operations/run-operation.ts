import { setMaxListeners } from 'node:events';
import type { DataSource } from 'typeorm';
import { OperationStatus } from '../../schema/enums.js';
import { isAway } from '../db/away.js';
import { storable } from '../db/text.js';
import { DomainError, messageOf, type ErrorCode } from '../errors.js';
import type { Log } from '../log.js';
import { CancelRequested } from './cancel-requested.js';
import { deadlineOf } from './deadline.js';
import { LeaseLost, type Lease } from './lease.js';
import { Ledger } from './ledger.js';
import { place, type PlannedLane, type PlannedStep } from './planned.js';
import { Handover, runStep, type StepRun, type Turn } from './run-step.js';
import type { OperationKind, Stage } from './work.js';

export interface RunnerOptions {
  readonly db: DataSource;
  readonly kinds: ReadonlyMap<string, OperationKind>;
  readonly stepAttempts: number;
  /** How long a step may take to heed its signal, in milliseconds; long enough to stop a job on a server. */
  readonly unwindMs?: number;
  readonly log: Log;
  readonly stepEnded: (kind: string, step: string, outcome: string, seconds: number) => void;
}

/** How a worker's stop, and a cancel, reach what it runs. */
export interface Stopping {
  /** Aborted with a Handover when the grace is over. */
  readonly cut: AbortSignal;
  /** Aborted with a Handover from the moment it is told to stop: no further step begins. */
  readonly drain: AbortSignal;
  /** Aborted with a CancelRequested when the operation is cancelled. */
  readonly cancel: AbortSignal;
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
 * given back because its worker stops, or lost to another worker. Throws where the database is away for long.
 */
export async function runOperation(
  lease: Lease,
  stop: Stopping,
  options: RunnerOptions,
): Promise<OperationStatus | null> {
  const kind = options.kinds.get(lease.operation.kind);
  if (kind === undefined) throw new Error(`no operation kind ${lease.operation.kind}`);
  try {
    const ledger = await Ledger.open(lease, kind, options.db.manager);
    return await runToEnd(ledger, lease, stop, kind, options);
  } catch (error) {
    if (error instanceof LeaseLost || error instanceof Handover) return null;
    throw error;
  } finally {
    lease.end();
  }
}

async function runToEnd(
  ledger: Ledger,
  lease: Lease,
  stop: Stopping,
  kind: OperationKind,
  options: RunnerOptions,
): Promise<OperationStatus> {
  const why = turnedBack(lease.operation) ?? (await runForward(ledger, lease, stop, kind, options));
  if (why === null) return OperationStatus.SUCCEEDED;
  const cancelled = why.code === 'CANCELLED';
  const status = cancelled ? OperationStatus.CANCELLED : OperationStatus.FAILED;
  const back = await putBack(ledger, lease, stop, kind, options, why);
  const message = why.message + (back?.words ?? '');
  const error = { errorCode: cancelled ? null : why.code, errorMessage: cancelled ? null : message };
  await ledger.end({ status, message, ...error }, async (tx, now) => {
    const end = new DomainError(why.code, message);
    await (back?.undone === true && kind.undone ? kind.undone(tx, now, end) : kind.stopped(tx, now, end));
  });
  return status;
}

/** Why an operation turned back whose worker has died since; null of one that goes forward. */
const turnedBack = ({ errorCode, errorMessage }: Lease['operation']): DomainError | null =>
  errorCode === null ? null : new DomainError(errorCode as ErrorCode, errorMessage ?? '');

/** All stages; null when it has succeeded, else why it is to end. */
async function runForward(
  ledger: Ledger,
  lease: Lease,
  stop: Stopping,
  kind: OperationKind,
  options: RunnerOptions,
): Promise<DomainError | null> {
  const { operation } = lease;
  const deadline = deadlineOf(operation);
  try {
    if (operation.attempts > mostAttempts) {
      throw new DomainError('ATTEMPTS_EXHAUSTED', `taken up ${mostAttempts} times without an end`);
    }
    await runStages(ledger, lease, stop, kind.stages, deadline.signal, options);
    const done = { status: OperationStatus.SUCCEEDED, progress: 100 };
    await ledger.end(done, async (tx, now) => {
      await kind.succeeded(tx, now);
      now.message = (await kind.summary?.(tx, now)) ?? '';
    });
    return null;
  } catch (thrown) {
    const step = thrown instanceof LaneFailed ? thrown.step : null;
    const error = thrown instanceof LaneFailed ? thrown.error : thrown;
    if (error instanceof LeaseLost || error instanceof Handover || isAway(error)) throw error;
    if (error instanceof CancelRequested)
      return new DomainError('CANCELLED', ledger.cancelled(error.where, step?.work.name ?? ''));
    if (!(error instanceof DomainError))
      options.log.error({ err: error, operation: operation.id }, 'an operation failed unexpectedly');
    return explain(step, error);
  } finally {
    deadline.clear();
  }
}

/** How long it may take to put things back, in milliseconds, whatever time the operation had. */
const backMs = 20 * 60_000;

/** A server that what was done has brought to its knees may take long to let anybody in: the time alone ends it. */
const backAttempts = 60;

/** Puts back what a kind can put back. Null where there is nothing to do; else whether it worked, and what to add to the message. */
async function putBack(
  ledger: Ledger,
  lease: Lease,
  stop: Stopping,
  { undo, stages }: OperationKind,
  options: RunnerOptions,
  why: DomainError,
): Promise<{ readonly undone: boolean; readonly words: string } | null> {
  if (undo === undefined || !ledger.hasBegun) return undo === undefined ? null : { undone: true, words: '' };
  await ledger.turnBack(why);
  const deadline = deadlineOf({ deadlineAt: new Date(Date.now() + backMs) });
  try {
    const heedless = { ...stop, cancel: new AbortController().signal };
    const patient = { ...options, stepAttempts: backAttempts };
    await runStages(ledger, lease, heedless, [undo], deadline.signal, patient, stages.length);
    return { undone: true, words: '. What it had done was put back on every node' };
  } catch (thrown) {
    const error = thrown instanceof LaneFailed ? thrown.error : thrown;
    if (error instanceof LeaseLost || error instanceof Handover || isAway(error)) throw error;
    const { message } = explain(thrown instanceof LaneFailed ? thrown.step : null, error);
    return { undone: false, words: `. What it had done could not be put back: ${message}` };
  } finally {
    deadline.clear();
  }
}

async function runStages(
  ledger: Ledger,
  lease: Lease,
  stop: Stopping,
  stages: readonly Stage[],
  deadline: AbortSignal,
  options: RunnerOptions,
  firstStage = 0,
): Promise<void> {
  const { operation } = lease;
  const signal = AbortSignal.any([lease.signal, stop.cut, stop.cancel, deadline]);
  const idle = AbortSignal.any([signal, stop.drain]);
  // Every lane listens: many of them are no leak.
  setMaxListeners(0, signal, idle);
  const run: StepRun = {
    ledger,
    signal,
    idle,
    assertHeld: () => {
      lease.assertHeld();
    },
    attempts: options.stepAttempts,
    unwindMs: options.unwindMs ?? 20_000,
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
          attempt: ledger.attemptOf(key),
          fence: operation.fence,
        },
        'step',
      );
    },
  };
  for (const [index, stage] of stages.entries()) {
    const plan = await lease.outlast(() => stage.plan(options.db.manager, operation));
    const phases = place(firstStage + index, stage, plan);
    await ledger.adopt(stage.name, phases.flat(2));
    for (const lanes of phases) await runLanes(lanes, run);
  }
}

/** All lanes side by side; when one fails, the others finish the step that they are at. */
async function runLanes(lanes: readonly PlannedLane[], run: StepRun): Promise<void> {
  const failures: LaneFailed[] = [];
  let failing = false;
  const ends = lanes.map(async (lane) => {
    const open = lane.filter(({ key }) => !run.ledger.isSettled(key));
    let begun = false;
    for (const [i, step] of open.entries()) {
      if (failing && !begun) return;
      const turn: Turn = {
        begun,
        next: () => (failing ? null : (open[i + 1] ?? null)),
        failing: () => {
          failing = true;
        },
      };
      begun = await runStep(step, run, turn).catch((error: unknown) => {
        failing = true;
        failures.push(new LaneFailed(step, error));
        return false;
      });
    }
  });
  await Promise.all(ends);
  // A failure that is written already outranks the giving back of another lane.
  const failure = failures.find(({ error }) => !(error instanceof Handover)) ?? failures[0];
  if (failure !== undefined) throw failure;
}

/** An error as the operation shows it: which step, and why. What nobody expected keeps its words, and no stack. */
function explain(step: PlannedStep | null, error: unknown): DomainError {
  const code = error instanceof DomainError ? error.code : 'INTERNAL';
  const where = step === null ? '' : `step "${step.work.name}"${step.on === null ? '' : ` on ${step.on}`} failed: `;
  const words = storable(messageOf(error));
  // A step's own error begins with its name, which `where` has told already.
  const named = step === null ? '' : `${step.work.name}: `;
  return new DomainError(code, where + (words.startsWith(named) ? words.slice(named.length) : words));
}
