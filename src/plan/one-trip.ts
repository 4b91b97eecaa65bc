import { randomBytes } from 'node:crypto';
import type { Remote, Result } from '../remote/remote.js';
import type { Command } from '../shell/command.js';
import { oneTrip } from '../shell/one-trip.js';
import type { Secret } from '../shell/secret.js';
import { stepFailed } from './failure.js';
import { maskLines } from './mask.js';

/** Milliseconds that each of the commands may take; they are given up together. */
const partTimeoutMs = 60_000;

export interface Trip {
  readonly name: string;
  readonly check: Command;
  readonly apply: readonly Command[];
  readonly secrets: readonly Secret[];
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
}

/** How a trip ended: what `check` said at its end, unless all is well. */
export type Outcome = 'already-done' | 'applied' | { readonly check: Result };

/** How far a trip came. */
export interface Travelled {
  /** Which of `apply` was the last that began; `apply.length`: the second check; null: none, so `check` held if all is well. */
  readonly reached: number | null;
  /** The exit code, and the output of what began last. */
  readonly last: Result;
  /** What one of `apply` printed on stdout. */
  readonly said: (part: number) => string;
}

/** Check, apply, check in one round trip. */
export async function travel(trip: Omit<Trip, 'name'>, remote: Remote): Promise<Travelled> {
  const { check, apply, secrets, signal, onOutput } = trip;
  const mark = `dtrove-${randomBytes(8).toString('hex')}`;
  // Where a command did not end its last line, a mark stands at the end of that.
  const marks = new RegExp(`(^|[^])${mark} \\d+\\n`, 'gm');
  const unmarked = (text: string): string =>
    text.replace(marks, (_found, before: string) => before + (before === '' || before === '\n' ? '' : '\n'));
  const tell = (text: string): void => {
    const told = unmarked(text);
    if (told !== '') onOutput(told);
  };
  const lines = maskLines(tell, secrets);
  const timeoutMs = (apply.length + 2) * partTimeoutMs;
  const { code, stdout, stderr } = await remote
    .run(oneTrip({ check, apply }, mark), { signal, timeoutMs, onOutput: lines.push })
    .finally(lines.flush);
  // What stands before a mark, and, after the first, the number of each and what follows it.
  const parts = stdout.split(new RegExp(`${mark} (\\d+)\\n`));
  const since = stderr.split(new RegExp(`${mark} \\d+\\n`)).at(-1) ?? '';
  const numbers = parts.filter((_text, i) => i % 2 === 1);
  return {
    reached: numbers.length === 0 ? null : Number(numbers.at(-1)),
    last: { code, stdout: parts.at(-1) ?? '', stderr: since },
    said: (part) => parts[2 * numbers.indexOf(String(part)) + 2] ?? '',
  };
}

/** Makes a step hold in one round trip. Throws STEP_FAILED with the words of the command that failed, and of no other. */
export async function inOneTrip(trip: Trip, remote: Remote): Promise<Outcome> {
  const { reached, last } = await travel(trip, remote);
  if (last.code === 0) return reached === null ? 'already-done' : 'applied';
  if (reached === trip.apply.length) return { check: last };
  throw stepFailed(trip.name, `exit ${String(last.code)}`, last, trip.secrets);
}
