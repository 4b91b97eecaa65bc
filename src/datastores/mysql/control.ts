import { sh, type Command } from '../../shell/command.js';
import type { Layout } from './layout.js';

/** What the unit has said since the time in `$begun`: what is wrong, where it says so, else all. */
export const said = ({ unit }: Layout): Command =>
  sh`{ journalctl --sync 2>/dev/null
told=$(journalctl -q -o cat --no-pager -n 60 --since "@$begun" -u ${unit})
printf '%s\\n' "$told" | grep -E '\\[ERROR\\]' | tail -n 8 || printf '%s\\n' "$told" | tail -n 8; }`;
