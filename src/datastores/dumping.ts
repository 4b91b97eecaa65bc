import { posix } from 'node:path';
import type { Step } from '../plan/step.js';
import { sh, withStdin, type Command } from '../shell/command.js';
import { file } from '../shell/file.js';
import type { Secret } from '../shell/secret.js';
import type { Node } from './datastore.js';
import type { Dump } from './exporting.js';
import { keepFree, leaveRoom } from './room.js';

const hours = 3_600_000;
const days = 24 * hours;

/** Where dumps lie on a server with systemd. */
export const systemDumps = '/var/lib/dtrove-dumps';

/** Where dumps lie on a server: below it a directory for each operation. Nobody but root, or the server's own user, enters it. */
export const dumpsDirectory = ({ facts }: Pick<Node, 'facts'>): string =>
  facts.init === 'local' ? `${facts.home}/dumps` : systemDumps;

/** What lies beside a dump: how many rows each table had, an array `[schema, name, rows]` of JSON a line; its SHA-256. */
export const rowsOf = (path: string): string => `${path}.rows`;
export const digestOf = (path: string): string => `${path}.sha256`;
/** The same of the database that was made of it, when it is whole; and that it has its name. */
export const countedOf = (path: string): string => `${path}.counted`;
export const placedOf = (path: string): string => `${path}.placed`;
/** What of the dump the database does not have, a line of words each; where it is missing, it has all. */
export const leftOutOf = (path: string): string => `${path}.left-out`;

/** Prints the SHA-256 of a file: Linux has one program for it, macOS another. */
export const sha256 = (path: string): Command =>
  sh`{ if command -v sha256sum >/dev/null; then sha256sum ${path}; else shasum -a 256 ${path}; fi | cut -d' ' -f1; }`;

/** Says every other second how large a file is, until the shell ends. */
const tellSize = (path: string): Command => sh`while sleep 2; do
  size=$(wc -c 2>/dev/null <${path}) && [ "$((size))" -gt 0 ] && echo "$((size)) bytes"
done &
ticker=$!
trap 'kill "$ticker" 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM`;

/** What moves a database: it may take until its operation's deadline, and is followed while it does. */
const told = { kind: 'detached', timeoutMs: 7 * days, lookMs: 2_000 } as const;

const given = (command: Command, input: string | Secret | undefined): Command =>
  input === undefined ? command : withStdin(command, input);

export interface Dumping {
  readonly node: Node;
  readonly dump: Dump;
  /** Writes the dump to `$dump`, and the rows to `$rows`; fails in words. */
  readonly write: Command;
  /** What it reads. */
  readonly input?: string | Secret;
}

/** A dump is there when its SHA-256 is: that is written last. */
export function dumpStep({ node: { facts }, dump, write, input }: Dumping): Step {
  const { database, token } = dump;
  const directory = posix.dirname(dump.file);
  const digest = digestOf(dump.file);
  const command = sh`umask 077
mkdir -p ${directory} && dump=${`${dump.file}.part`} rows=${rowsOf(dump.file)} && rm -f "$dump" || exit 1
export dump rows
${leaveRoom(directory)}
${tellSize(`${dump.file}.part`)}
(
${write}
) || { code=$?; rm -f "$dump"; exit "$code"; }
mv "$dump" ${dump.file} && ${sha256(dump.file)} >${`${digest}.part`} && mv ${`${digest}.part`} ${digest} || exit 1
size=$(wc -c <${dump.file}) && echo "$((size)) bytes in all"`;
  return {
    name: `dump ${database}`,
    check: file.exists(digest),
    apply: [{ ...told, name: `dump-${token}`, command: given(command, input), init: facts.init }],
  };
}

export interface Loading {
  readonly node: Node;
  readonly dump: Dump;
  /** Makes the database, and prints its rows on descriptor 3; what it says on the others is shown. Removes what it made where it fails. */
  readonly make: Command;
  readonly input?: string | Secret;
  /** The directory of the database's data, whose disk is not to be filled. */
  readonly data: string;
}

/** A database is loaded when its rows are counted. */
export function loadStep({ node: { facts }, dump, make, input, data }: Loading): Step {
  const { database, token } = dump;
  const counted = countedOf(dump.file);
  // A signal ends what it makes, which tidies up; this shell waits for that.
  const command = sh`umask 077
trap : HUP INT TERM
${keepFree(data)}
(
${make}
) 3>${`${counted}.part`} && mv ${`${counted}.part`} ${counted}
code=$?
kill "$watcher" 2>/dev/null
exit "$code"`;
  return {
    name: `load ${database}`,
    check: file.exists(counted),
    apply: [{ ...told, name: `load-${token}`, command: given(command, input), init: facts.init }],
  };
}

/** `put` may be run again from wherever it was cut; no cancel cuts it. */
export const placeStep = (
  { facts }: Node,
  { database, file: path, token }: Dump,
  put: Command,
  input?: Secret,
): Step => {
  const command = sh`(
${put}
) && : >${placedOf(path)}`;
  return {
    name: `put ${database} in its place`,
    check: file.exists(placedOf(path)),
    apply: [
      {
        kind: 'detached',
        name: `place-${token}`,
        command: given(command, input),
        init: facts.init,
        timeoutMs: 2 * hours,
        whole: true,
      },
    ],
  };
};
