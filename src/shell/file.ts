import { posix } from 'node:path';
import { sh, withStdin, type Command } from './command.js';
import { byteLength, type Secret } from './secret.js';

export interface FileAttributes {
  /** Permission bits, such as 0o600. */
  readonly mode?: number;
  /** `user` or `user:group`, as chown takes it. */
  readonly owner?: string;
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0');

/** `[ -n … ]` over what find prints when `path` is of `kind` and bears the attributes: find is alike on Linux and macOS. */
function bears(path: string, kind: 'f' | 'd', { mode, owner }: FileAttributes): Command {
  const [user, group] = owner?.split(':') ?? [];
  const wanted = [
    ...(mode === undefined ? [] : ['-perm', octal(mode)]),
    ...(user ? ['-user', user] : []),
    ...(group ? ['-group', group] : []),
  ];
  return sh`found=$(find -H ${path} -prune -type ${kind} ${wanted} 2>/dev/null) && [ -n "$found" ]`;
}

/** Checks and effects on one file. Content rides on stdin, so a {@link Secret} may be content. */
export const file = {
  /** Check: `path` is a regular file that holds exactly `content` and bears the attributes. */
  matches(path: string, content: string | Secret, attributes: FileAttributes = {}): Command {
    const compare = sh`cmp -s - ${path}`;
    return withStdin(
      attributes.mode === undefined && attributes.owner === undefined
        ? compare
        : sh`${compare} && ${bears(path, 'f', attributes)}`,
      content,
    );
  },

  /**
   * Writes `path` atomically: a reader sees the old content or the new, never a part, never with looser permissions.
   * Its directory must exist. Fails when stdin ends early, as on a cut connection.
   */
  write(path: string, content: string | Secret, { mode, owner }: FileAttributes & { readonly mode: number }): Command {
    const template = posix.join(posix.dirname(path), `.${posix.basename(path)}.XXXXXX`);
    const chown = owner === undefined ? sh`` : sh` && chown ${owner} "$new"`;
    return withStdin(
      sh`(umask 077
[ ! -d ${path} ] && new=$(mktemp ${template}) || exit 1
trap 'rm -f "$new"' EXIT; trap 'exit 1' HUP INT TERM
cat >"$new" && [ "$(wc -c <"$new")" -eq ${byteLength(content)} ]${chown} && chmod ${octal(mode)} "$new" && mv -f "$new" ${path})`,
      content,
    );
  },

  /** Check: something is at `path`. */
  exists: (path: string): Command => sh`[ -e ${path} ]`,

  /** Check: nothing is at `path`, not even a dangling link. */
  absent: (path: string): Command => sh`[ ! -e ${path} ] && [ ! -L ${path} ]`,

  /** Removes the file at `path`, if there is one. */
  remove: (path: string): Command => sh`rm -f ${path}`,

  /** Check: `path` is a directory and bears the attributes. */
  isDirectory: (path: string, attributes: FileAttributes = {}): Command => bears(path, 'd', attributes),
};

/** Makes the directory `path` with its parents, or gives the one that is there this mode and owner. */
export function directory(path: string, mode: number, owner?: string): Command {
  const bits = octal(mode);
  const make = sh`mkdir -p -m ${bits} ${path} && chmod ${bits} ${path}`;
  return owner === undefined ? make : sh`${make} && chown ${owner} ${path}`;
}
