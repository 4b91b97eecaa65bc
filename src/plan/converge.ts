import { setTimeout as sleep } from 'node:timers/promises';
import type { Remote, Result } from '../remote/remote.js';
import type { Command } from '../shell/command.js';
import { fitsOneTrip } from '../shell/one-trip.js';
import { Secret } from '../shell/secret.js';
import { convergeJob, runJob } from './run-job.js';
import { stepFailed } from './failure.js';
import { maskLines } from './mask.js';
import { inOneTrip, type Outcome } from './one-trip.js';
import type { Step } from './step.js';

export interface ConvergeOptions {
  readonly signal: AbortSignal;
  /** Called with what `apply` prints, line by line, the step's secrets masked. */
  readonly onOutput?: (text: string) => void;
}

const firstDelay = 50;
const longestDelay = 1_000;

/** All that the step hands over on stdin and that must not come back in an output. */
const secretsOf = ({ check, apply }: Step): Secret[] =>
  [check, ...apply.map((part) => ('kind' in part ? part.command : part))]
    .map((command) => command.stdin)
    .filter((stdin) => stdin instanceof Secret);

/** Asks `check` again until it holds or `timeoutMs` has passed since it answered `first`; the last answer. */
async function settle(check: Command, first: Result, timeoutMs: number, remote: Remote, signal: AbortSignal) {
  const end = performance.now() + timeoutMs;
  let result = first;
  for (let delay = firstDelay; ; delay = Math.min(delay * 2, longestDelay)) {
    const left = end - performance.now();
    if (result.code === 0 || left < 1) return result;
    await sleep(Math.ceil(Math.min(delay, left)), undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
    result = await remote.run(check, { signal });
  }
}

/** Command by command, for what runs detached and is waited for, and for what is too large for one. */
async function inTurn(step: Step, secrets: readonly Secret[], remote: Remote, options: Required<ConvergeOptions>) {
  const { signal, onOutput } = options;
  if ((await remote.run(step.check, { signal })).code === 0) return 'already-done';
  for (const part of step.apply) {
    const lines = maskLines(onOutput, secrets);
    try {
      if ('kind' in part) {
        await runJob(part, remote, { step: step.name, signal, secrets, onOutput: lines.push });
      } else {
        const result = await remote.run(part, { signal, onOutput: lines.push });
        if (result.code !== 0) throw stepFailed(step.name, `exit ${String(result.code)}`, result, secrets);
      }
    } finally {
      lines.flush();
    }
  }
  return { check: await remote.run(step.check, { signal }) };
}

/** In as few round trips as can be. */
async function attempt(step: Step, secrets: readonly Secret[], remote: Remote, options: Required<ConvergeOptions>) {
  const { name, check, apply } = step;
  const { signal, onOutput } = options;
  const commands = apply.filter((part): part is Command => !('kind' in part));
  if (commands.length === apply.length && fitsOneTrip({ check, apply: commands }))
    return inOneTrip({ name, check, apply: commands, secrets, signal, onOutput }, remote);
  const [job] = apply;
  if (apply.length === 1 && job !== undefined && 'kind' in job) {
    const lines = maskLines(onOutput, secrets);
    const context = { step: name, signal, secrets, onOutput: lines.push };
    const outcome = await convergeJob(check, job, remote, context).finally(lines.flush);
    if (outcome !== null) return outcome;
  }
  return inTurn(step, secrets, remote, options);
}

/**
 * Makes one step hold: check, apply, check. Run again after any failure it goes on where it stopped.
 * Throws DomainError STEP_FAILED with the engine's own words; what Remote throws, and the signal's reason, as they are.
 */
export async function converge(
  step: Step,
  remote: Remote,
  { signal, onOutput = () => undefined }: ConvergeOptions,
): Promise<'already-done' | 'applied'> {
  const secrets = secretsOf(step);
  const outcome: Outcome = await attempt(step, secrets, remote, { signal, onOutput });
  if (typeof outcome === 'string') return outcome;
  const last = await settle(step.check, outcome.check, step.settle?.timeoutMs ?? 0, remote, signal);
  if (last.code !== 0) throw stepFailed(step.name, 'applied, yet its check still fails', last, secrets);
  return 'applied';
}
