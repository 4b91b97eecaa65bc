import { sh } from '../../../shell/command.js';
import { aside } from '../aside.js';
import type { Flavour } from '../flavour.js';
import { user } from '../layout.js';
import { literal, plainMode } from '../quoting.js';
import { asOwner } from '../owner.js';

/**
 * MySQL's own cloning writes the copy beside the data, and prints nothing: there has to be room for it. One at a time;
 * what lies there when the lock is free was left by one that was cut.
 */
const read: Flavour['read'] = ({ home, data, socket }) => {
  const copy = `${home}/backup`;
  const statements = `${plainMode}CLONE LOCAL DATA DIRECTORY = ${literal(copy)};\n`;
  const mysql = sh`mysql --no-defaults --socket=${socket} --user=root`;
  return sh`exec 9>/run/dtrove-mysql-backup.lock && flock 9 || exit 1
drop() { { ${asOwner(sh`rm -rf ${copy}`)}; }; }
(drop)
trap '(drop)' EXIT
need=$(du -sk ${data} | cut -f1) have=$(df -Pk ${home} | awk 'NR == 2 { print $4 }')
[ "$have" -gt "$need" ] || { echo "MySQL copies its data beside them before they can be sent: that takes $((need / 1024)) MB, and $((have / 1024)) MB are free" >&2; exit 1; }
while said=$(printf %s ${statements} | ${mysql} 2>&1); code=$?; [ "$code" -ne 0 ]; do
  case $said in *'Too many concurrent clone operations'*) sleep 1 ;; *) printf '%s\\n' "$said" >&2; exit "$code" ;; esac
done
${asOwner(sh`tar -cf - -C ${copy} .`)}`;
};

/**
 * The copy of a replica knows whom it followed: it is told to forget that before anybody could begin to follow, by a
 * server of a moment that nobody reaches. That start is the proof of the copy, too.
 */
const makePrimary: Flavour['makePrimary'] = ({ settings, home }, fresh) => {
  const socket = `${home}/restored.sock`;
  const log = `${home}/restored.log`;
  const options = [
    `--datadir=${fresh}`,
    `--socket=${socket}`,
    `--pid-file=${home}/restored.pid`,
    `--log-error=${log}`,
    ...aside,
  ];
  const mysql = sh`mysql --no-defaults --socket=${socket} --user=root`;
  return sh`(
log=${log}
setpriv ${[`--reuid=${user}`, `--regid=${user}`, '--init-groups', '--reset-env']} /usr/sbin/mysqld --defaults-file=${settings} ${options} </dev/null >/dev/null 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server"; rm -f "$log"' EXIT
until ${mysql} -e 'DO 1' 2>/dev/null </dev/null; do
  kill -0 "$server" 2>/dev/null || { grep -F '[ERROR]' "$log" | tail -n 5 >&2; exit 1; }
  sleep 0.2
done
${mysql} -e 'RESET REPLICA ALL' >&2 </dev/null && kill "$server" && wait "$server"
)`;
};

export const mysqlCopies: Pick<Flavour, 'read' | 'receive' | 'makePrimary'> = {
  read,
  receive: (fresh) => sh`tar -xf - -C ${fresh}`,
  makePrimary,
};
