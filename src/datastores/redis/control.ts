import { sh, type Command } from '../../shell/command.js';
import type { Layout } from './layout.js';
import { asOwner } from './owner.js';

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
