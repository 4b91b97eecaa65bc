import { sh, withStdin, type Command } from '../../shell/command.js';
import { Secret } from '../../shell/secret.js';

/** A text file of one line or more; `text` ends with a line end. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
  /** True for a program: 0700 in place of 0600. */
  readonly executable?: boolean;
}

/** Files that belong together: one round trip checks them all, one writes them all. */
export interface Bundle {
  readonly files: readonly TextFile[];
  /** Whether any of them must not be seen. */
  readonly secret: boolean;
}

const mark = '---- end of file ----';

const pathsOf = ({ files }: Bundle): string[] => files.map(({ path }) => path);

const stdin = ({ secret }: Bundle, text: string): string | Secret => (secret ? new Secret(text) : text);

/** Whether the files hold their texts. The shell itself compares, so that nothing becomes an argument of a program. */
export const bundleHolds = (bundle: Bundle): Command =>
  withStdin(
    sh`want=$(cat); have=$(cat ${pathsOf(bundle)} 2>/dev/null); [ "$want" = "$have" ]`,
    stdin(bundle, bundle.files.map(({ text }) => text).join('')),
  );

/**
 * Writes the files, each at once: a reader never sees half of one, nor one with looser permissions. Their
 * directories must exist.
 * Fails where stdin ends early, as on a cut connection.
 */
export const writeBundle = (bundle: Bundle): Command =>
  withStdin(
    sh`umask 077; mark=${mark}
put() {
  while IFS= read -r line && [ "$line" != "$mark" ]; do printf '%s\\n' "$line" || return; done >"$1.new" &&
    [ "$line" = "$mark" ] && { [ "$2" = 0600 ] || chmod "$2" "$1.new"; } && mv -f "$1.new" "$1"
}
${puts(bundle)}`,
    stdin(bundle, bundle.files.map(marked).join('')),
  );

const puts = ({ files }: Bundle): Command =>
  files
    .map(({ path, executable = false }) => sh`put ${path} ${executable ? '0700' : '0600'}`)
    .reduce((before, put) => sh`${before} && ${put}`);

function marked({ path, text }: TextFile): string {
  if (!text.endsWith('\n') || text.includes('\0')) throw new TypeError(`${path} is no text file`);
  if (text.split('\n').includes(mark)) throw new TypeError(`${path} holds the line that ends a file`);
  return `${text}${mark}\n`;
}
