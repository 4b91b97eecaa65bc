import { setTimeout as sleep } from 'node:timers/promises';
import type { Remote, Result } from '../remote/remote.js';
import type { Command } from '../shell/command.js';
import { Secret } from '../shell/secret.js';
import { runJob } from './run-job.js';
import { stepFailed } from './failure.js';
import { maskLines } from './mask.js';
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

/** Asks `check` until it holds or `timeoutMs` has passed, at least once; the last answer. */
async function settle(check: Command, timeoutMs: number, remote: Remote, signal: AbortSignal): Promise<Result> {
  const end = performance.now() + timeoutMs;
  for (let delay = firstDelay; ; delay = Math.min(delay * 2, longestDelay)) {
    const result = await remote.run(check, { signal });
    const left = end - performance.now();
    if (result.code === 0 || left < 1) return result;
    await sleep(Math.ceil(Math.min(delay, left)), undefined, { signal }).catch(() => {
      signal.throwIfAborted();
    });
  }
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
  if ((await remote.run(step.check, { signal })).code === 0) return 'already-done';
  const secrets = secretsOf(step);
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
  const last = await settle(step.check, step.settle?.timeoutMs ?? 0, remote, signal);
  if (last.code !== 0) throw stepFailed(step.name, 'applied, yet its check still fails', last, secrets);
  return 'applied';
}
