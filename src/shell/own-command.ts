import { sh, withStdin, type Command } from './command.js';

/** What of an output is passed on as it comes, in bytes; of what exceeds it the end is kept. */
const passed = 512 * 1024;
const kept = 64 * 1024;

/**
 * Somebody's own text, run by a `sh -c` of its own: it rides on stdin, so that no quoting can change it, and gets an
 * empty one. No tty. What it prints is bounded, however much that is; processes that it leaves behind are not waited for.
 */
export const ownCommand = (text: string): Command =>
  withStdin(
    sh`command=$(cat && echo .) || exit 125
command=\${command%.}
place=$(mktemp -d) && mkfifo -m 600 "$place/pipe" || exit 125
limit() {
  left=${passed}
  while [ "$left" -gt 0 ]; do
    count=$(LC_ALL=C dd bs=4096 count=64 2>&1 >&3 | sed -n 's/^\\([0-9]*\\) bytes.*/\\1/p')
    [ "\${count:-0}" -gt 0 ] || break
    left=$((left - count))
  done
  [ "$left" -gt 0 ] || { printf '\\n[a long output: what follows is its end]\\n' && tail -c ${kept}; } >&3
  : >"$place/ended"
} 2>/dev/null
limit 3>&1 <"$place/pipe" &
exec 4>"$place/pipe"
: "\${HOME:=$(getent passwd "$(id -u)" | cut -d: -f6)}"
export HOME
cd || cd /
sh -c "$command" </dev/null >&4 2>&1 4>&-
code=$?
exec 4>&-
ticks=0
until [ -e "$place/ended" ] || [ "$ticks" -ge 40 ]; do ticks=$((ticks + 1)); sleep 0.05; done
rm -rf "$place"
exit $code`,
    text,
  );
