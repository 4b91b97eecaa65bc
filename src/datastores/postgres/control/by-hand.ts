import { sh } from '../../../shell/command.js';
import type { Control } from './control.js';
import { layoutOf } from '../layout.js';

/** Seconds that PostgreSQL may take to start or to stop before its command fails; below a command's own timeout. */
const seconds = 50;
const bytesOfLog = 10_485_760;

// Its lock file tells in line 8 that it takes connections.
const isRunning: Control['isRunning'] = (cluster, node) => {
  const { data, pid } = layoutOf(cluster, node);
  return sh`pg_ctl -D ${data} status >/dev/null 2>&1 && grep -Eqs ${'^(ready|standby)'} ${pid}`;
};

// pg_ctl says so with 3, or with 4 where there is no data.
const isStopped: Control['isStopped'] = (cluster, node) =>
  sh`{ pg_ctl -D ${layoutOf(cluster, node).data} status >/dev/null 2>&1; case $? in 3|4) ;; *) false ;; esac; }`;

const stop: Control['stop'] = (cluster, node) => {
  const { data } = layoutOf(cluster, node);
  return sh`if pg_ctl -D ${data} status >/dev/null 2>&1; then pg_ctl -D ${data} -s -m fast -w -t ${seconds} stop; fi`;
};

// `pg_ctl -w` looks every 100 ms only, twice what a start takes, so the lock file is looked at beside it; its process
// number must have changed, since a crash leaves the old file behind.
const start: Control['start'] = (cluster, node) => {
  const { data, conf, log, pid } = layoutOf(cluster, node);
  return sh`conf=${conf} data=${data} log=${log} pid=${pid}
: >>"$log" || exit
at=$(wc -c <"$log")
if [ "$at" -gt ${bytesOfLog} ]; then mv -f "$log" "$log.1"; : >"$log"; at=0; fi
old=$(sed -n 1p "$pid" 2>/dev/null)
if pg_ctl -D "$data" status >/dev/null 2>&1; then starter=$old old=
else pg_ctl -D "$conf" -l "$log" -s -w -t ${seconds} start >"$log.pg_ctl" 2>&1 </dev/null & starter=$!
fi
while :; do
  set -- $(sed -n '1p;8p' "$pid" 2>/dev/null)
  if [ "$1" != "$old" ]; then case $2 in ready|standby) break ;; esac; fi
  if ! kill -0 "$starter" 2>/dev/null; then
    wait "$starter" && break
    if [ "$(wc -c <"$log")" -gt "$at" ]; then tail -c +$((at + 1)) "$log" | tail -n 20 >&2; else cat "$log.pg_ctl" >&2; fi
    exit 1
  fi
  sleep 0.02
done`;
};

/** With PostgreSQL's own tools, where there is no systemd. */
export const byHand: Control = { isRunning, isStopped, start, stop };
