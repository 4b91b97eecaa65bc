import { sh, withStdin, type Command } from './command.js';
import type { DetachedJob } from './detached-job.js';
import { byteLength } from './secret.js';

const unitOf = (job: DetachedJob): string => `dtrove-${job.name}`;

// A unit that is loaded, yet dead, has its start queued.
const look = (job: DetachedJob): Command => sh`
unit=${unitOf(job)}
look() {
  eval "$(systemctl show -p LoadState -p SubState -p ExecMainCode -p ExecMainStatus -p InvocationID "$unit")"
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
  // systemd would put its own variables in place of a $.
  const text = work.text.replaceAll('$', '$$$$');
  const command = sh`${look(job)}
exec 9>"/run/$unit.lock" && flock 9 || exit 1
look
[ "$status" != 'running -' ] || exit 0
systemctl stop "$unit" 2>/dev/null
systemctl reset-failed "$unit" 2>/dev/null
${save}
systemd-run --unit="$unit" --no-block --quiet --remain-after-exit --property=TimeoutStopSec=5 /bin/sh -c ${text}`;
  return stdin === undefined ? command : withStdin(command, stdin);
}

const wait = (job: DetachedJob, seconds: number): Command => sh`${look(job)}
seconds=${seconds}; end=$(($(date +%s) + seconds))
look
while [ "$status" = 'running -' ] && [ "$(date +%s)" -lt "$end" ]; do sleep 0.5; look; done
echo "dtrove-job $status"
journalctl --sync 2>/dev/null
[ -z "$InvocationID" ] || journalctl -q -o cat --no-pager -n 100 _SYSTEMD_INVOCATION_ID="$InvocationID" | tail -c 4096`;

const stop = (job: DetachedJob): Command => sh`systemctl stop ${unitOf(job)} 2>/dev/null || :`;

/** Jobs as transient units of systemd, kept after their end so that it can be told how they went. */
export const systemdRun = { start, wait, stop };
