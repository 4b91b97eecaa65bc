import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseConninfo, targetOf } from './conninfo.js';
import { ConnectionError, ServerError } from './messages.js';
import { open, type Receiver, type Session } from './session.js';
import { split } from './statements.js';

// psql for scripts, as far as DTrove's own commands use it; its exit codes are psql's.
const succeeded = 0;
const failed = 1;
const connectionFailed = 2;
const scriptFailed = 3;

const flag = (short: string) => ({ type: 'boolean', short }) as const;
const text = (short: string) => ({ type: 'string', short }) as const;

function options(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      'no-psqlrc': flag('X'),
      'no-align': flag('A'),
      'tuples-only': flag('t'),
      quiet: flag('q'),
      'no-password': flag('w'),
      host: text('h'),
      port: text('p'),
      username: text('U'),
      dbname: text('d'),
      variable: { ...text('v'), multiple: true },
      set: { type: 'string', multiple: true },
      command: { ...text('c'), multiple: true },
    },
  });
  const { host, port, username, dbname = '' } = values;
  const given = dbname.includes('=') ? parseConninfo(dbname) : dbname === '' ? {} : { dbname };
  const named = Object.entries({ host, port, user: username }).filter((pair): pair is [string, string] => !!pair[1]);
  const variables = [...(values.variable ?? []), ...(values.set ?? [])];
  const on = variables.findLast((variable) => variable.startsWith('ON_ERROR_STOP='))?.split('=')[1] ?? 'off';
  return {
    target: targetOf({ ...given, ...Object.fromEntries(named) }, 'psql'),
    commands: values.command,
    stopsOnError: ['1', 'on', 'true', 'yes'].includes(on.toLowerCase()),
    quiet: values.quiet === true,
    tuplesOnly: values['tuples-only'] === true,
  };
}

type Options = ReturnType<typeof options>;

/** Prints rows unaligned, `|` between the columns, nothing for NULL. */
function printer({ quiet, tuplesOnly }: Options): Receiver {
  let rows: number | null = null;
  const say = (line: string) => process.stdout.write(`${line}\n`);
  return {
    columns: (names) => {
      rows = 0;
      if (!tuplesOnly) say(names.join('|'));
    },
    row: (values) => {
      rows = (rows ?? 0) + 1;
      say(values.map((value) => value ?? '').join('|'));
    },
    done: (tag) => {
      if (rows === null) {
        if (!quiet) say(tag);
      } else if (!tuplesOnly) say(`(${String(rows)} ${rows === 1 ? 'row' : 'rows'})`);
      rows = null;
    },
  };
}

async function perform(session: Session, statements: readonly string[], chosen: Options): Promise<boolean> {
  let good = true;
  for (const statement of statements) {
    try {
      await session.query(statement, printer(chosen));
    } catch (error) {
      if (!(error instanceof ServerError)) throw error;
      process.stderr.write(`${error.message}\n`);
      good = false;
      if (chosen.stopsOnError) break;
    }
  }
  return good;
}

async function main(): Promise<number> {
  const chosen = options(process.argv.slice(2));
  const { commands, target, stopsOnError } = chosen;
  const statements = commands ?? split(readFileSync(0, 'utf8'));
  const meta = statements.find((statement) => statement.trimStart().startsWith('\\'));
  if (meta !== undefined) throw new Error(`no commands of psql itself are known: ${meta.trim()}`);
  const session = await open(target);
  const good = await perform(session, statements, chosen);
  session.end();
  if (commands !== undefined) return good ? succeeded : failed;
  return good || !stopsOnError ? succeeded : scriptFailed;
}

/** Ends at once, but for what is still to be written. */
function leave(code: number): void {
  process.exitCode = code;
  process.stdout.write('', () => {
    process.stderr.write('', () => process.exit(code));
  });
}

main().then(leave, (error: unknown) => {
  process.stderr.write(`psql: error: ${error instanceof Error ? error.message : String(error)}\n`);
  leave(error instanceof ConnectionError ? connectionFailed : failed);
});
