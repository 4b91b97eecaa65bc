import { sh, withStdin, type Command } from './command.js';
import type { DetachedJob } from './detached-job.js';
import { news } from './detached-news.js';
import { byteLength } from './secret.js';

// `state` holds `running PID BIRTH` or `exited CODE`, and is only ever replaced whole. BIRTH tells a process from a
// later one that was given its pid; a zombie counts as gone. The directory `lock` is there while a job is being started.
const helpers = (job: DetachedJob): Command => sh`
dir=$HOME/.dtrove-jobs/${job.name}
birth() {
  if [ -d /proc/self ]; then
    { read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 1
    set -- \${stat##*)}
    [ "$1" != Z ] && echo "\${20}"
  else
    TZ=UTC LC_ALL=C ps -o lstart= -p "$1" | tr -s ' ' _
  fi
}
load() { state=none pid=- born=-; { read -r state pid born <"$dir/state"; } 2>/dev/null; }
alive() { load; [ "$state" = running ] && [ -n "$born" ] && [ "$(birth "$pid")" = "$born" ]; }
become() { echo "$*" >"$dir/state.new" && mv -f "$dir/state.new" "$dir/state"; }
`;

// Runs the job ($1) and tells how it ended. A signal to the group ends the job; the traps let this shell outlive it.
// A job that fills the disk must be able to say so: room for its end is held by `spare`, for its words by `output`.
const supervisor = (job: DetachedJob): Command => sh`${helpers(job)}
trap : HUP INT TERM
head -c 8192 /dev/zero >"$dir/spare"
become running $$ "$(birth $$)"
sh -c "$1"
code=$?; rm -f "$dir/spare"; become exited $code`;

interface StdinParts {
  readonly take: Command;
  readonly pipe: Command;
  readonly from: Command;
  readonly feed: Command;
}

// The job's stdin comes through a pipe, so that a secret lies in no file; whoever feeds it holds nothing of the channel.
const stdinParts = ({ command: { stdin } }: DetachedJob): StdinParts =>
  stdin === undefined
    ? { take: sh``, pipe: sh``, from: sh`/dev/null`, feed: sh`` }
    : {
        take: sh`input=$(cat && echo .) && [ "$(printf %s "\${input%.}" | wc -c)" -eq ${byteLength(stdin)} ] || exit 1`,
        pipe: sh`rm -f "$dir/stdin" && mkfifo -m 600 "$dir/stdin"`,
        from: sh`"$dir/stdin"`,
        feed: sh`{ printf %s "\${input%.}" >"$dir/stdin"; } >/dev/null 2>&1 &`,
      };

// A lock that stands for 10 s is one whose starter died. macOS has no setsid: there job control makes a process group.
function start(job: DetachedJob): Command {
  const { take, pipe, from, feed } = stdinParts(job);
  const command = sh`${helpers(job)}
${take}
mkdir -p -m 700 "$dir" && cd || exit 1
trap : HUP INT TERM
tries=0
until mkdir "$dir/lock" 2>/dev/null; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || { rmdir "$dir/lock"; tries=0; }
  sleep 0.05
done
if alive; then rmdir "$dir/lock"; exit 0; fi
rm -f "$dir/state"
${pipe}
if command -v setsid >/dev/null; then own=setsid; else own= && set -m; fi
head -c 16384 /dev/zero >"$dir/output"
$own sh -c ${supervisor(job).text} dtrove-job ${job.command.text} <${from} 1<>"$dir/output" 2>&1 &
${feed}
tries=0
until [ -e "$dir/state" ] || [ "$tries" -ge 500 ]; do tries=$((tries + 1)); sleep 0.01; done
rm -f "$dir/stdin"; rmdir "$dir/lock"; [ -e "$dir/state" ]`;
  return job.command.stdin === undefined ? command : withStdin(command, job.command.stdin);
}

const standing = sh`if [ -d "$dir/lock" ] || alive; then status='running -'
else
  load # it may have ended between the two looks
  case $state in
    exited) [ "$pid" -eq 0 ] && status='succeeded 0' || status="failed $pid" ;;
    running) status='failed -' ;;
    *) status='not-started -' ;;
  esac
fi`;

// Each look costs a process: often at first, when most jobs end, and seldom later, when it no longer matters.
const wait = (job: DetachedJob, seconds: number): Command => sh`${helpers(job)}
seconds=${seconds} ticks=0; end=$(($(date +%s) + seconds))
while [ -d "$dir/lock" ] || alive; do
  if [ $((ticks % 20)) -eq 0 ] && [ "$(date +%s)" -ge "$end" ]; then break; fi
  ticks=$((ticks + 1))
  if [ "$ticks" -lt 100 ]; then sleep 0.02; else sleep 0.1; fi
done
${standing}
echo "dtrove-job $status"
{ tr -d '\\0' <"$dir/output" | tail -c 4096; } 2>/dev/null || :`;

const watch = (job: DetachedJob, seconds: number, seen: number): Command => sh`${helpers(job)}
text() { tr -d '\\0' 2>/dev/null <"$dir/output"; }
seconds=${seconds} seen=${seen}; end=$(($(date +%s) + seconds))
while { [ -d "$dir/lock" ] || alive; } && [ "$(text | wc -c)" -le "$seen" ] && [ "$(date +%s)" -lt "$end" ]; do sleep 0.1; done
${standing}
size=$(($(text | wc -c)))
${news(sh`text`)}`;

// One that is being started is waited for: it would run on.
const stop = (job: DetachedJob): Command => sh`${helpers(job)}
tries=0
while [ -d "$dir/lock" ] && [ "$tries" -lt 200 ]; do tries=$((tries + 1)); sleep 0.05; done
alive || exit 0
group=$pid ticks=0
kill -TERM "-$group"
while alive && [ "$ticks" -lt 100 ]; do ticks=$((ticks + 1)); sleep 0.05; done
kill -KILL "-$group" 2>/dev/null || :`;

/** Jobs without systemd: a session (or process group) of their own, and their state below `$HOME/.dtrove-jobs/NAME`. */
export const local = { start, wait, watch, stop };
