import { assertUnquoted } from './quoting.js';
import { Secret } from './secret.js';

declare const made: unique symbol;

/**
 * A POSIX shell command, ready quoted. Only {@link sh} and its helpers make one, and a Remote runs nothing else.
 * `stdin` is where secrets ride: they are never part of `text`.
 */
export interface Command {
  readonly [made]: true;
  readonly text: string;
  readonly stdin?: string | Secret;
}

/** What a placeholder takes: a word, several words, or a command to nest. */
export type ShellArgument = string | number | Command | readonly (string | number)[];

const safeWord = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** One word, quoted for a POSIX shell. Throws a TypeError on NUL, which no argument can carry. */
export function quote(word: string): string {
  if (word.includes('\0')) throw new TypeError('a shell word cannot hold a NUL byte');
  return safeWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A word of its own kind, so that an object in a list cannot slip in as `[object Object]`. */
function word(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') {
    throw new TypeError(
      `a shell word is a string or a number, not ${value instanceof Secret ? 'a secret' : typeof value}`,
    );
  }
  return quote(String(value));
}

const isCommand = (value: unknown): value is Command => typeof value === 'object' && value !== null && 'text' in value;

function render(argument: ShellArgument): string {
  if ((argument as unknown) instanceof Secret) {
    throw new TypeError('a secret is no shell argument: pass it on stdin');
  }
  if (isCommand(argument)) {
    if (argument.stdin !== undefined) throw new TypeError('a command with stdin cannot be nested in another');
    return argument.text;
  }
  return Array.isArray(argument) ? argument.map(word).join(' ') : word(argument);
}

/**
 * The one maker of Commands: sh`rm -f ${path}`. Each placeholder is quoted as one word (an array: one word each).
 * Throws a TypeError for a secret, and for a placeholder where quoting would not hold (see {@link assertUnquoted}).
 */
export function sh(strings: TemplateStringsArray, ...args: readonly ShellArgument[]): Command {
  let literal = '';
  let text = strings[0] ?? '';
  literal += text;
  args.forEach((argument, i) => {
    assertUnquoted(literal);
    const next = strings[i + 1] ?? '';
    literal += next;
    const rendered = render(argument);
    // A bare number before < or > would name a file descriptor.
    text += (/^\d+$/.test(rendered) && /^[<>]/.test(next) ? `'${rendered}'` : rendered) + next;
  });
  return { text } as Command;
}

/** The same command, reading `stdin`. */
export const withStdin = (command: Command, stdin: string | Secret): Command => ({ ...command, stdin });

/** The same command, for whoever feeds it: it says no longer what it reads. */
export const withoutStdin = ({ text }: Command): Command => ({ text }) as Command;

/** Runs one after the other, stopping at the first that fails. Only the last may read stdin. */
export function all(...commands: readonly Command[]): Command {
  const last = commands.at(-1);
  const earlier = commands.slice(0, -1);
  if (earlier.some((command) => command.stdin !== undefined)) {
    throw new TypeError('only the last of several commands may read stdin');
  }
  // What is meant for the last must not be read by an earlier one.
  const end = last?.stdin === undefined ? '\n}' : '\n} </dev/null';
  const parts = earlier.map((command) => `{ ${command.text}${end}`);
  if (last !== undefined) parts.push(`{ ${last.text}\n}`);
  const text = parts.join(' && ');
  return last?.stdin === undefined ? ({ text } as Command) : ({ text, stdin: last.stdin } as Command);
}
