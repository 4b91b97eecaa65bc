import { sh, type Command } from '../../shell/command.js';
import type { Node } from '../datastore.js';
import { layoutOf } from './layout.js';

/** Milliseconds that PostgreSQL may take to start or to stop before its command fails; below a command's own timeout. */
const seconds = 50;
const bytesOfLog = 10_485_760;

/** Runs, and has told in its lock file (line 8) that it takes connections. */
export function isRunning(node: Node): Command {
  const { data, pid } = layoutOf(node);
  return sh`pg_ctl -D ${data} status >/dev/null 2>&1 && grep -Eqs ${'^(ready|standby)'} ${pid}`;
}

/** Does not run. pg_ctl says so with 3, or with 4 where there is no data. */
export const isStopped = (node: Node): Command =>
  sh`{ pg_ctl -D ${layoutOf(node).data} status >/dev/null 2>&1; case $? in 3|4) ;; *) false ;; esac; }`;

/** Was started after each of `files` was written. */
export const startedAfter = (node: Node, files: readonly string[]): Command =>
  sh`(for file in ${files}; do [ ${layoutOf(node).startedAt} -nt "$file" ] || exit 1; done)`;

export function stop(node: Node): Command {
  const { data } = layoutOf(node);
  return sh`if pg_ctl -D ${data} status >/dev/null 2>&1; then pg_ctl -D ${data} -s -m fast -w -t ${seconds} stop; fi`;
}

/** Reads its configuration and says what is wrong with it, in PostgreSQL's own words; nothing is started. */
export const readsConfiguration = (node: Node): Command =>
  sh`postgres -D ${layoutOf(node).conf} -C data_directory >/dev/null`;

/**
 * Starts it, or waits for one that is starting already, until it takes connections. Where it does not, the command
 * fails with what PostgreSQL has written to its log since.
 *
 * `pg_ctl -w` looks every 100 ms only, twice what a start takes, so the lock file is looked at beside it; its process
 * number must have changed, since a crash leaves the old file behind.
 */
export function start(node: Node): Command {
  const { data, conf, log, pid } = layoutOf(node);
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
}
