import { setTimeout as delay } from 'node:timers/promises';
import { DomainError, messageOf } from '../errors.js';
import type { Ledger } from './ledger.js';
import type { PlannedStep } from './planned.js';

/** How much of a step's output is kept, in characters. */
const keptOutput = 4096;

/** The worker is stopping: what runs is given back for another to go on with. */
export class Handover extends Error {
  override readonly name = 'Handover';
}

export interface StepRun {
  readonly ledger: Ledger;
  readonly signal: AbortSignal;
  /** How often a step is begun before it fails. */
  readonly attempts: number;
  /** Told of each end, for logs and metrics. */
  readonly ended: (step: PlannedStep, outcome: 'done' | 'failed' | 'waiting', seconds: number) => void;
}

/** Milliseconds before a step is begun again: 0.5 s doubling to 30 s, with jitter. */
const backoff = (attempt: number): number => Math.min(500 * 2 ** attempt, 30_000) * (0.75 + Math.random() / 2);

/** Runs one step to its end: again after a retryable error, as long as it has attempts left. Throws what made it fail. */
export async function runStep(step: PlannedStep, run: StepRun): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const error = await tryStep(step, run);
    if (error === null) return;
    await delay(backoff(attempt), undefined, { signal: run.signal }).catch(() => {
      throw run.signal.reason;
    });
  }
}

/** Null when it is done; the error when it shall be tried again. */
async function tryStep(
  { key, work, ...rest }: PlannedStep,
  { ledger, signal, attempts, ended }: StepRun,
): Promise<DomainError | null> {
  const step = { key, work, ...rest };
  if (ledger.attemptsLeft(key, attempts) <= 0) {
    const message = `begun ${attempts} times and never finished; the last one may have ended its worker`;
    await ledger.failed(key, message, '');
    throw new DomainError('ATTEMPTS_EXHAUSTED', message);
  }
  await ledger.begin(key);
  const began = performance.now();
  const seconds = (): number => (performance.now() - began) / 1000;
  let output = '';
  try {
    const message = await work.run({
      signal,
      output: (chunk) => {
        output = (output + chunk).slice(-keptOutput);
      },
      write: (change) => ledger.write(change),
    });
    await ledger.done(key, message, output);
    ended(step, 'done', seconds());
    return null;
  } catch (error) {
    if (signal.aborted) return stopped(step, ledger, signal.reason, output);
    const again = error instanceof DomainError && error.retryable && ledger.attemptsLeft(key, attempts) > 0;
    ended(step, again ? 'waiting' : 'failed', seconds());
    if (again) {
      await ledger.waiting(key, `${error.message}; it is tried again soon`, output);
      return error;
    }
    await ledger.failed(key, messageOf(error), output);
    throw error;
  }
}

async function stopped({ key, work }: PlannedStep, ledger: Ledger, reason: unknown, output: string): Promise<never> {
  if (reason instanceof Handover) await ledger.handedOver(key);
  if (reason instanceof DomainError) await ledger.failed(key, `${reason.message} in this step (${work.name})`, output);
  throw reason;
}
