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

/** Check, apply, check in one round trip. Throws STEP_FAILED with the words of the command that failed, and of no other. */
export async function inOneTrip(trip: Trip, remote: Remote): Promise<Outcome> {
  const { name, check, apply, secrets, signal, onOutput } = trip;
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
  const result = await remote
    .run(oneTrip({ check, apply }, mark), { signal, timeoutMs, onOutput: lines.push })
    .finally(lines.flush);
  const begun = [...result.stdout.matchAll(new RegExp(`${mark} (\\d+)\\n`, 'g'))].at(-1)?.[1];
  if (result.code === 0) return begun === undefined ? 'already-done' : 'applied';
  const since = (text: string): string => text.split(new RegExp(`${mark} \\d+\\n`)).at(-1) ?? '';
  const last = { code: result.code, stdout: since(result.stdout), stderr: since(result.stderr) };
  if (Number(begun) === apply.length) return { check: last };
  throw stepFailed(name, `exit ${String(result.code)}`, last, secrets);
}
