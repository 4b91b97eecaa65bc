import { setTimeout as delay } from 'node:timers/promises';
import { isAway } from '../db/away.js';
import { DomainError, messageOf } from '../errors.js';
import { CancelRequested } from './cancel-requested.js';
import type { Ledger } from './ledger.js';
import { LiveOutput } from './live-output.js';
import type { PlannedStep } from './planned.js';
import { Printed } from './printed.js';

/** How much of a step's output is kept, in bytes, unless it says otherwise. */
const keptOutput = 4096;

/** The worker is stopping: what runs is given back for another to go on with. */
export class Handover extends Error {
  override readonly name = 'Handover';
}

export interface StepRun {
  readonly ledger: Ledger;
  /** Aborted when what runs must end: deadline, lost lease, end of the grace. */
  readonly signal: AbortSignal;
  /** Aborted with the same, and as soon as no further attempt may begin. */
  readonly idle: AbortSignal;
  /** Throws where the lease may have passed to another worker. */
  readonly assertHeld: () => void;
  /** How often a step is begun before it fails. */
  readonly attempts: number;
  /** How long a step may take to heed its signal, in milliseconds, before it is left to itself. */
  readonly unwindMs: number;
  /** Told of each end, for logs and metrics. */
  readonly ended: (step: PlannedStep, outcome: StepOutcome, seconds: number) => void;
}

/** How one attempt of a step ended: `waiting` is tried again by itself, `cut` was stopped by a cancel, a deadline, a stop or a lost lease. */
export type StepOutcome = 'done' | 'failed' | 'waiting' | 'cut';

/** Milliseconds before a step is begun again: 0.5 s doubling to 30 s, with jitter. */
const backoff = (attempt: number): number => Math.min(500 * 2 ** attempt, 30_000) * (0.75 + Math.random() / 2);

/** What a step says that a cancel has ended. */
const cutByCancel = 'stopped, as the operation was cancelled';

/** A step's place in its lane. */
export interface Turn {
  /** The step before it has begun it already. */
  readonly begun: boolean;
  /** The step after it, asked for when it is done; null where none shall begin. */
  readonly next: () => PlannedStep | null;
  /** Told as soon as the step is known to fail, before that is written. */
  readonly failing: () => void;
}

/**
 * Runs one step to its end: again after a retryable error, as long as it has attempts left. Throws what made it fail.
 * True where the next one has been begun with its end.
 */
export async function runStep(step: PlannedStep, run: StepRun, turn: Turn): Promise<boolean> {
  const { idle } = run;
  if (!turn.begun && idle.aborted) {
    const why =
      idle.reason instanceof CancelRequested ? new CancelRequested('before') : refine(idle.reason, 'before it began');
    return leave(step, run, why);
  }
  for (let attempt = 0; ; attempt += 1) {
    const words = await tryStep(step, run, { ...turn, begun: turn.begun && attempt === 0 });
    if (typeof words === 'boolean') return words;
    await delay(backoff(attempt), undefined, { signal: idle }).catch(() =>
      leave(step, run, refine(idle.reason, `while it waited to try again after: ${words}`)),
    );
  }
}

/** When it is done, whether the next one is begun; the error's words when it shall be tried again. */
async function tryStep(step: PlannedStep, run: StepRun, { begun, next, failing }: Turn): Promise<string | boolean> {
  const { key, work } = step;
  const { ledger, signal, attempts, ended } = run;
  if (!begun) await begin(step, run);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  const printed = new Printed(work.keptOutput ?? keptOutput);
  const live = new LiveOutput(() => ledger.printed(key, printed.stored));
  const output = (): string => printed.stored;
  let message: string;
  try {
    const going = work.run({
      signal,
      output: (chunk) => {
        printed.push(chunk);
        live.news();
      },
      write: (change) => ledger.write(change),
      stepId: ledger.idOf(key),
      assertHeld: run.assertHeld,
    });
    message = await heeding(going, run).finally(() => live.end());
  } catch (error) {
    if (signal.aborted) {
      ended(step, 'cut', seconds());
      return stopped(key, ledger, signal.reason, output());
    }
    const again = mayPass(error) && ledger.attemptsLeft(key, attempts) > 0;
    ended(step, again ? 'waiting' : 'failed', seconds());
    const words = messageOf(error);
    if (again) {
      await ledger.waiting(key, `${words}; it is tried again soon`, output());
      return words;
    }
    failing();
    await ledger.failed(key, words, output());
    throw error;
  }
  const following = run.idle.aborted ? null : next();
  const mayBegin = following !== null && ledger.attemptsLeft(following.key, attempts) > 0;
  const nextBegun = await ledger.done(key, message, output(), mayBegin ? following.key : null);
  ended(step, 'done', seconds());
  return nextBegun;
}

async function begin(step: PlannedStep, run: StepRun): Promise<void> {
  const { ledger, attempts } = run;
  if (ledger.attemptsLeft(step.key, attempts) > 0)
    return ledger.begin(step.key).catch((error: unknown) => leave(step, run, error));
  const words = `begun ${attempts} times and never finished; the last one may have ended its worker`;
  return leave(step, run, new DomainError('ATTEMPTS_EXHAUSTED', words));
}

/**
 * Ends, for `why`, a step that no attempt runs here. What an earlier one left running is ended on its server, as far as
 * that can be done; what is handed over or lost is for another worker to go on with.
 */
async function leave({ key, work }: PlannedStep, run: StepRun, why: unknown): Promise<never> {
  const { ledger, assertHeld, unwindMs } = run;
  if (!(why instanceof DomainError)) throw why;
  const left = ledger.isLeft(key);
  const ending = left ? work.halt?.({ stepId: ledger.idOf(key), assertHeld }) : work.tidy?.();
  await Promise.race([ending?.catch(() => undefined), delay(unwindMs, undefined, { ref: false })]);
  if (!left) throw why;
  if (!(why instanceof CancelRequested)) {
    await ledger.failed(key, why.message);
    throw why;
  }
  await ledger.cut(key, cutByCancel);
  throw new CancelRequested('during');
}

const mayPass = (error: unknown): boolean => (error instanceof DomainError ? error.retryable : isAway(error));

/** What stops a step, in the words of where it was. */
const refine = (reason: unknown, where: string): unknown =>
  reason instanceof DomainError && !(reason instanceof CancelRequested)
    ? new DomainError(reason.code, `${reason.message} ${where}`)
    : reason;

async function stopped(key: string, ledger: Ledger, reason: unknown, output: string): Promise<never> {
  if (reason instanceof Handover) await ledger.cut(key, 'handed over');
  else if (reason instanceof CancelRequested) await ledger.cut(key, cutByCancel);
  else if (reason instanceof DomainError) await ledger.failed(key, reason.message, output);
  throw reason;
}

/** The end of a step; one that does not heed its signal is left to itself, and can write nothing more. */
async function heeding<T>(going: Promise<T>, { signal, unwindMs }: StepRun): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort = (): void => undefined;
  const left = new Promise<never>((_, reject) => {
    onAbort = () => {
      timer = setTimeout(() => {
        reject(new Error('it does not heed its signal', { cause: signal.reason }));
      }, unwindMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
  return Promise.race([going, left]).finally(() => {
    signal.removeEventListener('abort', onAbort);
    clearTimeout(timer);
  });
}
