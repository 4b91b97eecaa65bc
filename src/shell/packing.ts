import { apt } from './apt.js';
import { all, sh, withoutStdin, type Command } from './command.js';
import type { DetachedJob } from './detached-job.js';
import { Secret } from './secret.js';

/** Debian's packages of the programs that pack, unpack and send. */
export const packingPackages = ['zstd', 'openssl', 'curl'] as const;

/** Check: the programs are there. */
export const canPack = (): Command =>
  sh`for tool in ${packingPackages}; do command -v "$tool" >/dev/null || { echo "this server has no $tool" >&2; exit 1; }; done`;

/** Brings the programs to a server with apt; those that are there are left as they are. */
export const obtainPacking = (): DetachedJob => ({
  kind: 'detached',
  name: 'packing-packages',
  command: all(
    ...packingPackages.map((name) => sh`command -v ${name} >/dev/null || { ${apt.obtain([name], `^${name}$`)}; }`),
  ),
  init: 'systemd',
  timeoutMs: 30 * 60_000,
});

// AES-256 in counter mode, by a key that openssl derives from 32 random bytes and a salt of each run. A pipe's worth at a time: its own 8 KiB cost twice the time.
const cipher = ['-aes-256-ctr', '-pbkdf2', '-iter', 10_000, '-md', 'sha256', '-bufsize', 65_536];

// Level 1 costs a database server two thirds of what zstd's own level 3 does, for about as many bytes.
const compress = ['-q', '-c', '-1', '-T0'];

// The key comes through a pipe with a name: it is in no argument and in no file. What says why it failed is kept apart.
const begin = sh`place=$(mktemp -d) && mkfifo -m 600 "$place/key" || exit 1
trap 'rm -rf "$place"; kill $feeder 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM PIPE
{ printf '%s\\n' "$key" >"$place/key"; } 2>/dev/null &
feeder=$!
failed() { cat "$place/said.$1" 2>/dev/null | tail -c 3000 >>"$place/failed"; echo "$2" >>"$place/failed"; }`;

const conclude = sh`if [ -e "$place/failed" ]; then cat "$place/failed" >&2; exit 1; fi`;

/**
 * What {@link pack} reads before all else: the key, and what the command that it packs would read itself. Each is a
 * line, the second in base64.
 */
export function packingInput(key: Secret, read: Command): Secret {
  const { stdin = '' } = read;
  const own = Buffer.from(stdin instanceof Secret ? stdin.reveal() : stdin).toString('base64');
  return new Secret(`${key.reveal()}\n${own}\n`);
}

const compressing = sh`
  { zstd ${compress} 2>"$place/said.zstd" || failed zstd 'they could not be compressed'; } |`;

export interface Source {
  /** Prints what is packed. */
  readonly read: Command;
  /** It prints it compressed by zstd already. */
  readonly compressed?: boolean | undefined;
}

/**
 * Packs what `read` prints: compressed, then encrypted, then given to `send` (without one: stdout). Reads
 * {@link packingInput} first; `send` finds what follows it on descriptor 4. Fails where any part of it does, in the words of that part.
 */
export const pack = ({ read, compressed = false }: Source, send?: Command): Command => sh`exec 4<&0
IFS= read -r key && IFS= read -r own || exit 1
${begin}
{ { printf %s "$own" | base64 -d; } | (
${withoutStdin(read)}
) 2>"$place/said.read" || failed read 'the data could not be read'; } |${compressed ? sh`` : compressing}
  { openssl enc -e ${cipher} -pass "file:$place/key" 2>"$place/said.openssl" || failed openssl 'they could not be encrypted'; }${send === undefined ? sh`` : sending(send)}
${conclude}`;

// Stages of their own only where they are needed: each carries every byte once more.
const sending = (send: Command): Command => sh` |
  { (
${send}
) 2>"$place/said.send" || failed send 'they could not be sent'; }`;

export interface Receiving {
  /** Takes the copy from stdin, and puts it beside its place. */
  readonly receive: Command;
  /** Proves that it is whole, and puts it in its place. */
  readonly finish: Command;
  /** Removes what was put beside. */
  readonly discard: Command;
}

/** The reverse of {@link pack}: reads the key on a line and then the packed stream, which `fetch` gives (without one: stdin). `fetch` may tell on descriptor 6 how far it is. */
export const unpack = ({ receive, finish, discard }: Receiving, fetch?: Command): Command => sh`exec 6>&2
IFS= read -r key || exit 1
${begin}
${fetch === undefined ? sh`` : fetching(fetch)}{ openssl enc -d ${cipher} -pass "file:$place/key" 2>"$place/said.openssl" || failed openssl 'it could not be decrypted'; } |
  { zstd -d -q -c 2>"$place/said.zstd" || failed zstd 'it could not be unpacked'; } |
  { (
${receive}
) >"$place/said.receive" 2>&1 || failed receive 'its data could not be written'; }
if [ -e "$place/failed" ]; then (
${discard}
) >&2; fi
${conclude}
(
${finish}
) || { (
${discard}
) >&2; exit 1; }`;

const fetching = (fetch: Command): Command => sh`{ (
${fetch}
) 2>"$place/said.fetch" || failed fetch 'the backup could not be fetched'; } |
  `;
