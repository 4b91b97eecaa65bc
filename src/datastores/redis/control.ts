import { sh, type Command } from '../../shell/command.js';
import type { Layout } from './layout.js';
import { asOwner } from './owner.js';

/** Seconds that a start or a stop may take before its command fails; below a command's own timeout. */
const seconds = 50;

/** Check: was started after each of `files` was written. */
export const startedAfter = ({ pid }: Layout, files: readonly string[]): Command =>
  sh`(for file in ${files}; do [ ${pid} -nt "$file" ] || exit 1; done)`;

/**
 * Reads the settings and says what is wrong with them, in the server's own words; nothing is started. A line that no
 * server knows ends the reading: where it is the only one that is told of, all the others are right.
 */
export const readsSettings = (layout: Layout): Command =>
  asOwner(
    layout,
    // Redis 8 gets as far as its pid file, whose time is the start's.
    sh`told=$(timeout 10 ${layout.server} ${layout.settings} --pidfile /dev/null --dtrove-checked yes 2>&1)
wrong=$(printf '%s\\n' "$told" | grep '>>> ')
case $wrong in *'
'*) ;; *dtrove-checked*) exit 0 ;; esac
printf '%s\\n' "$told" | tail -n 5 >&2; exit 1`,
  );

/** What the unit has said since the time in `$begun`. */
export const said = ({ unit }: Layout): Command =>
  sh`journalctl --sync 2>/dev/null; journalctl -q -o cat --no-pager -n 20 --since "@$begun" -u ${unit}`;

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
