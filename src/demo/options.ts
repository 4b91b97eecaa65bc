import { parseArgs } from 'node:util';

/** What the user asked `npm run demo` for. */
export interface DemoOptions {
  /** The cluster's name; undefined: the first free one of `demo`, `demo-2`, … */
  readonly name: string | undefined;
  readonly size: number;
  /** End when the demonstration is over, in a terminal too. */
  readonly exit: boolean;
  /** Leave the cluster in place. */
  readonly keep: boolean;
  readonly help: boolean;
}

/** A command line that cannot be meant; its message is one line. */
export class UsageError extends Error {}

export const USAGE = `Usage: npm run demo -- [options]

Starts the control plane (or uses the one that already runs here), creates a PostgreSQL 17 cluster through the public
GraphQL API, shows every step live, writes a row on the primary and reads it on a replica.

Options:
  --size N       how many nodes: one primary and N-1 replicas (default: 3)
  --name NAME    the cluster's name (default: demo, or demo-2, demo-3, … where it is taken)
  --exit         end when done instead of serving until Ctrl-C; always so where stdout is no terminal
  --keep=false   delete the cluster before ending (default: it stays and is there at the next start)
  --help         print this and end

Environment: DTROVE_PORT (default 4000), DTROVE_DATA_DIR (default .dtrove) and every other DTROVE_ variable of
the control plane; \`npm start -- --help\` lists them.
`;

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, false: false };

/** Reads the command line; throws a UsageError that says in one line what is wrong with it. */
export function parseOptions(args: readonly string[]): DemoOptions {
  const { name, size, exit = false, keep, help = false } = read(args);
  if (name === '') throw new UsageError('--name must not be empty');
  return { name, size: wholeNumber('--size', size), exit, keep: truth('--keep', keep), help };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: args.map(spelledOut),
      options: {
        name: { type: 'string' },
        size: { type: 'string', default: '3' },
        exit: { type: 'boolean' },
        keep: { type: 'string', default: 'true' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    const [line = ''] = (error instanceof Error ? error.message : String(error)).split('\n');
    throw new UsageError(line.replace(/\. To specify a positional.*$/, ''));
  }
}

/** `--keep` alone and `--no-keep` say the same as their long forms. */
function spelledOut(arg: string, index: number, args: readonly string[]): string {
  if (arg === '--no-keep') return '--keep=false';
  return arg === '--keep' && BOOLEANS[args[index + 1] ?? ''] === undefined ? '--keep=true' : arg;
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new UsageError(`${flag} must be a whole number of at least 1, not "${text}"`);
  return Number(text);
}

function truth(flag: string, text: string): boolean {
  const value = BOOLEANS[text];
  if (value === undefined) throw new UsageError(`${flag} must be true or false, not "${text}"`);
  return value;
}
