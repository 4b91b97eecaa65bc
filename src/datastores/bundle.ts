import { sh, withStdin, type Command } from '../shell/command.js';
import { Secret } from '../shell/secret.js';

/** A text file of one line or more; `text` ends with a line end. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** True for a program: 0700 in place of 0600. */
  readonly executable?: boolean;
}

const mark = '---- end of file ----';

/**
 * Whether files that belong together hold their texts: one round trip for all of them. The shell itself compares, so
 * that nothing becomes an argument of a program.
 */
export const filesHold = (files: readonly TextFile[]): Command =>
  withStdin(
    sh`want=$(cat); have=$(cat ${files.map(({ path }) => path)} 2>/dev/null); [ "$want" = "$have" ]`,
    new Secret(files.map(({ text }) => text).join('')),
  );

/**
 * Writes files in one round trip, each at once: a reader never sees half of one, nor one with looser permissions.
 * Their directories must exist. Fails where stdin ends early, as on a cut connection.
 */
export const writeFiles = (files: readonly TextFile[]): Command =>
  withStdin(
    sh`umask 077; mark=${mark}
put() {
  while IFS= read -r line && [ "$line" != "$mark" ]; do printf '%s\\n' "$line" || return; done >"$1.new" &&
    [ "$line" = "$mark" ] && { [ "$2" = 0600 ] || chmod "$2" "$1.new"; } && mv -f "$1.new" "$1"
}
${puts(files)}`,
    new Secret(files.map(marked).join('')),
  );

const puts = (files: readonly TextFile[]): Command =>
  files
    .map(({ path, executable = false }) => sh`put ${path} ${executable ? '0700' : '0600'}`)
    .reduce((before, put) => sh`${before} && ${put}`);

function marked({ path, text }: TextFile): string {
  if (!text.endsWith('\n') || text.includes('\0')) throw new TypeError(`${path} is no text file`);
  if (text.split('\n').includes(mark)) throw new TypeError(`${path} holds the line that ends a file`);
  return `${text}${mark}\n`;
}
