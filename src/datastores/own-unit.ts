import { sh, type Command } from '../shell/command.js';

/** Seconds that a start or a stop may take before its command fails; below a command's own timeout. */
const seconds = 50;

/** Check: `started`, a file that is written at each start, is newer than each of `files`. */
export const newerThan = (started: string, files: readonly string[]): Command =>
  sh`(for file in ${files}; do [ ${started} -nt "$file" ] || exit 1; done)`;

/**
 * Starts a unit of ours, or waits for one that is starting already; it tells systemd itself when it takes connections. One
 * that cannot start would be tried again by systemd for ever: it is stopped. One that only takes long goes on. `said` prints
 * what it has said since the time in `$begun`.
 */
export const startUnit = (unit: string, said: Command): Command => sh`unit=${unit} begun=$(date +%s)
timeout ${seconds} systemctl start "$unit" || {
  code=$?
  if [ "$code" -eq 124 ]; then echo "$unit is still starting" >&2; else systemctl stop "$unit"; fi
  { ${said}; } >&2
  (exit "$code")
}`;

export const stopUnit = (unit: string): Command => sh`unit=${unit}
timeout ${seconds} systemctl stop "$unit" || { code=$?; echo "$unit does not stop, or is still stopping" >&2; (exit "$code"); }`;

/** One round trip: what `ask` prints where the unit runs, else what systemd says of it and its last words, with code 3. */
export const askUnit = (unit: string, ask: Command): Command => sh`unit=${unit}
systemctl is-active --quiet "$unit" && exec ${ask}
eval "$(systemctl show -p LoadState -p ActiveState -p SubState -p Result "$unit")"
if [ "$LoadState" = loaded ]; then
  words="$unit is $ActiveState ($SubState)"
  [ "$Result" = success ] || words="$words, $Result"
  last=$(journalctl -q -o cat --no-pager -n 1 _SYSTEMD_UNIT="$unit")
  echo "$words\${last:+: $last}"
else
  echo "$unit is $LoadState"
fi >&2
exit 3`;
