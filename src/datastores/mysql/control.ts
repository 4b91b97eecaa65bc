import { sh, type Command } from '../../shell/command.js';
import type { Layout } from './layout.js';

/** Seconds that a start or a stop may take before its command fails; below a command's own timeout. */
const seconds = 50;

/** Check: was started after each of `files` was written. */
export const startedAfter = ({ started }: Layout, files: readonly string[]): Command =>
  sh`(for file in ${files}; do [ ${started} -nt "$file" ] || exit 1; done)`;

/** What the unit has said since the time in `$begun`: what is wrong, where it says so, else all. */
export const said = ({ unit }: Layout): Command =>
  sh`{ journalctl --sync 2>/dev/null
told=$(journalctl -q -o cat --no-pager -n 60 --since "@$begun" -u ${unit})
printf '%s\\n' "$told" | grep -E '\\[ERROR\\]' | tail -n 8 || printf '%s\\n' "$told" | tail -n 8; }`;

/**
 * Starts it, or waits for one that is starting already; it tells systemd itself when it takes connections. One that
 * cannot start would be tried again by systemd for ever: it is stopped. One that only takes long goes on.
 */
export const start = (layout: Layout): Command => sh`unit=${layout.unit} begun=$(date +%s)
timeout ${seconds} systemctl start "$unit" || {
  code=$?
  if [ "$code" -eq 124 ]; then echo "$unit is still starting" >&2; else systemctl stop "$unit"; fi
  { ${said(layout)}; } >&2
  (exit "$code")
}`;

export const stop = ({ unit }: Layout): Command => sh`unit=${unit}
timeout ${seconds} systemctl stop "$unit" || { code=$?; echo "$unit does not stop, or is still stopping" >&2; (exit "$code"); }`;
