import { sh, withStdin, type Command } from './command.js';
import type { DetachedJob } from './detached-job.js';
import { news } from './detached-news.js';
import { byteLength } from './secret.js';

// What it prints goes to a file: the journal cannot tell whose the last words of a short-lived process were.
const unitOf = (job: DetachedJob): string => `dtrove-${job.name}`;

// A unit that is loaded, yet dead, has its start queued.
const look = (job: DetachedJob): Command => sh`
unit=${unitOf(job)}
look() {
  eval "$(systemctl show -p LoadState -p SubState -p ExecMainCode -p ExecMainStatus -p MainPID "$unit")"
  case $LoadState:$SubState in
    not-found:*) status='not-started -' ;;
    *:exited) status='succeeded 0' ;;
    *:failed)
      case $ExecMainCode in
        0) status='failed -' ;;
        1) status="failed $ExecMainStatus" ;;
        *) status="failed $((128 + ExecMainStatus))" ;;
      esac ;;
    *) status='running -' ;;
  esac
}
`;

function start(job: DetachedJob): Command {
  const { stdin } = job.command;
  // /run is memory, so that a secret lies on no disk.
  const path = `/run/${unitOf(job)}.stdin`;
  const save =
    stdin === undefined
      ? sh``
      : sh`input=${path}; (umask 077 && cat >"$input") && [ "$(wc -c <"$input")" -eq ${byteLength(stdin)} ] || exit 1`;
  const work = stdin === undefined ? job.command : sh`exec <${path}; rm -f ${path}; exec sh -c ${job.command.text}`;
  // systemd would put its own variables in place of a $. Its description would be the whole command, in every log.
  const text = work.text.replaceAll('$', '$$$$');
  const command = sh`${look(job)}
exec 9>"/run/$unit.lock" && flock 9 || exit 1
look
[ "$status" != 'running -' ] || exit 0
systemctl stop "$unit" 2>/dev/null
systemctl reset-failed "$unit" 2>/dev/null
${save}
(umask 077 && : >"/run/$unit.output") || exit 1
systemd-run --unit="$unit" --description="$unit" --no-block --quiet --remain-after-exit --property=TimeoutStopSec=5 --property=StandardOutput=append:"/run/$unit.output" --property=StandardError=inherit /bin/sh -c ${text}`;
  return stdin === undefined ? command : withStdin(command, stdin);
}

// One process waits for the job's: to ask systemd ten times a second costs more than many a job. A start that is queued
// has no process yet, and of an end systemd hears a moment later.
const wait = (job: DetachedJob, seconds: number): Command => sh`${look(job)}
seconds=${seconds}; end=$(($(date +%s) + seconds))
look
while [ "$status" = 'running -' ] && left=$((end - $(date +%s))) && [ "$left" -gt 0 ]; do
  if [ "$MainPID" -gt 0 ]; then timeout "$left" tail -s 0.02 --pid="$MainPID" -f /dev/null; else sleep 0.02; fi
  look
done
echo "dtrove-job $status"
tail -c 4096 "/run/$unit.output" 2>/dev/null || :`;

const watch = (job: DetachedJob, seconds: number, seen: number): Command => sh`${look(job)}
file="/run/$unit.output"
size() { wc -c 2>/dev/null <"$file" || echo 0; }
seconds=${seconds} seen=${seen}; end=$(($(date +%s) + seconds))
look
while [ "$status" = 'running -' ] && [ "$(size)" -le "$seen" ] && [ "$(date +%s)" -lt "$end" ]; do sleep 0.2; look; done
size=$(($(size)))
${news(sh`cat "$file"`)}`;

const stop = (job: DetachedJob): Command => sh`systemctl stop ${unitOf(job)} 2>/dev/null || :`;

/** Jobs as transient units of systemd, kept after their end so that it can be told how they went. */
export const systemdRun = { start, wait, watch, stop };
