import { sh, withoutStdin, withStdin, type Command } from './command.js';
import { Secret } from './secret.js';

/** ASCII's record separator stands between the stdins; no text that is written or compared has a use for it. */
const separator = '\u001e';

/** A shell's whole text is one argument, which Linux bounds at 128 KiB; quoting for a prefix may double it, and more. */
const longestText = 16 * 1024;
const longestStdin = 512 * 1024;

interface Effect {
  readonly check: Command;
  readonly apply: readonly Command[];
}

const textOf = ({ stdin = '' }: Command): string => (stdin instanceof Secret ? stdin.reveal() : stdin);

/** Whether {@link oneTrip} can carry it. */
export function fitsOneTrip({ check, apply }: Effect): boolean {
  const parts = [check, ...apply];
  const stdins = parts.map(textOf);
  const length = (texts: readonly string[]): number => texts.reduce((sum, text) => sum + text.length, 0);
  return (
    length(parts.map(({ text }) => text)) + check.text.length <= longestText &&
    length(stdins) <= longestStdin &&
    !stdins.some((text) => text.includes('\0') || text.includes(separator))
  );
}

// Each part in a shell of its own, as if it had come alone; `own` is what it reads.
const part = (command: Command): Command =>
  command.stdin === undefined
    ? sh`(
${command}
) </dev/null`
    : sh`{ printf %s "$own"; } 2>/dev/null | (
${withoutStdin(command)}
)`;

/**
 * Check, apply, check in one command: what a round trip and a process of sshd cost is paid once. Where `check` holds it
 * does nothing and exits 0. Else the line `mark N` goes before the output of part N of `apply`, on stdout and stderr
 * alike, and before that of the second check, which speaks only when it fails. The exit code is that of what failed.
 */
export function oneTrip({ check, apply }: Effect, mark: string): Command {
  const parts = apply.map(
    (command, i) => sh`
begin ${i}
${command.stdin === undefined ? sh`` : sh`own=$1; shift`}
${part(command)} || exit`,
  );
  const script = sh`
begin() { echo ${mark} "$1"; echo ${mark} "$1" >&2; }
holds() { own=$checked
${part(check)}
}
holds >/dev/null 2>&1 && exit
${parts.reduce((before, next) => sh`${before}${next}`, sh``)}
begin ${apply.length}
said=$(holds 2>&1) || { code=$?; printf '%s\\n' "$said"; exit "$code"; }`;
  const stdins = [check, ...apply].filter(({ stdin }) => stdin !== undefined).map(textOf);
  if (stdins.length === 0) return script;
  const take = check.stdin === undefined ? sh`` : sh`checked=$1; shift`;
  return withStdin(
    sh`fed=$(cat && echo .) IFS=${separator}
set -f; set -- $fed; set +f; unset IFS fed
${take}
${script}`,
    new Secret(stdins.map((text) => text + separator).join('')),
  );
}
