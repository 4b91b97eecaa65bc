import { sh } from '../../../shell/command.js';
import { systemd } from '../../../shell/systemd.js';
import type { Control } from './control.js';
import { layoutOf, unitOf } from '../layout.js';

/** Seconds that PostgreSQL may take to start or to stop before its command fails; below a command's own timeout. */
const seconds = 50;

// PostgreSQL tells systemd itself when it takes connections (see service.ts).
const isRunning: Control['isRunning'] = (cluster) => systemd.isActive(unitOf(cluster));

const isStopped: Control['isStopped'] = (cluster) => systemd.isInactive(unitOf(cluster));

const stop: Control['stop'] = (cluster) => sh`unit=${unitOf(cluster)}
timeout ${seconds} systemctl stop "$unit" || { code=$?; echo "$unit does not stop, or is still stopping" >&2; (exit "$code"); }`;

// One that cannot start would be tried again by systemd for ever: it is stopped. One that only takes long goes on.
const start: Control['start'] = (cluster, node) => {
  const { log } = layoutOf(cluster, node);
  return sh`unit=${unitOf(cluster)} log=${log}
at=$(wc -c 2>/dev/null <"$log") || at=0
timeout ${seconds} systemctl start "$unit" || {
  code=$?
  if [ "$code" -eq 124 ]; then echo "$unit is still starting" >&2; else systemctl stop "$unit"; fi
  tail -c +$((at + 1)) "$log" | tail -n 20 >&2
  (exit "$code")
}`;
};

/** As the unit of Debian's packages. */
export const bySystemd: Control = { isRunning, isStopped, start, stop };
