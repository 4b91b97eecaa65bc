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

const isCommand = (value: unknown): value is Command => typeof value === 'object' && value !== null && 'text' in value;

function render(argument: ShellArgument): string {
  if ((argument as unknown) instanceof Secret) {
    throw new TypeError('a secret is no shell argument: pass it on stdin');
  }
  if (typeof argument === 'number') return quote(String(argument));
  if (typeof argument === 'string') return quote(argument);
  if (isCommand(argument)) {
    if (argument.stdin !== undefined) throw new TypeError('a command with stdin cannot be nested in another');
    return argument.text;
  }
  return argument.map((word) => quote(String(word))).join(' ');
}

/** Throws when `text` ends inside a quotation: a placeholder there would be quoted twice. */
function assertUnquoted(text: string): void {
  let open: string | null = null;
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (char === '\\' && open !== "'") i += 1;
    else if (open === null && (char === "'" || char === '"' || char === '`')) open = char;
    else if (char === open) open = null;
  }
  if (open !== null) throw new TypeError(`a placeholder stands inside ${open} quotes: take the quotes away`);
}

/** The one maker of Commands: sh`rm -f ${path}`. Each placeholder is quoted as one word (an array: one word each). */
export function sh(strings: TemplateStringsArray, ...args: readonly ShellArgument[]): Command {
  let literal = '';
  let text = strings[0] ?? '';
  literal += text;
  args.forEach((argument, i) => {
    assertUnquoted(literal);
    const next = strings[i + 1] ?? '';
    literal += next;
    text += render(argument) + next;
  });
  return { text } as Command;
}

/** The same command, reading `stdin`. */
export const withStdin = (command: Command, stdin: string | Secret): Command => ({ ...command, stdin });

/** Runs one after the other, stopping at the first that fails. Only the last may read stdin. */
export function all(...commands: readonly Command[]): Command {
  const last = commands.at(-1);
  const text = commands.map((command) => `{ ${command.text}\n}`).join(' && ');
  if (commands.slice(0, -1).some((command) => command.stdin !== undefined)) {
    throw new TypeError('only the last of several commands may read stdin');
  }
  return last?.stdin === undefined ? ({ text } as Command) : ({ text, stdin: last.stdin } as Command);
}
