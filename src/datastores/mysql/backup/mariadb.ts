import { sh } from '../../../shell/command.js';
import type { Flavour } from '../flavour.js';
import { user } from '../layout.js';
import { asOwner } from '../owner.js';

/** mariadb-backup prints the copy itself; it says hundreds of lines beside, of which the last tell what went wrong. */
const read: Flavour['read'] = ({ settings, socket }) => {
  const options = ['--backup', '--stream=xbstream', `--user=${user}`, `--socket=${socket}`];
  return asOwner(sh`scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mariadb-backup --defaults-file=${settings} ${options} --target-dir="$scratch" 2>"$scratch.said"
code=$?
[ "$code" -eq 0 ] || tail -n 5 "$scratch.said" >&2
rm -f "$scratch.said"
exit "$code"`);
};

/** A copy ends with a file that tells where it stands in the log, without which it is not whole. */
const makePrimary: Flavour['makePrimary'] = (_, fresh) => {
  const whole = sh`{ grep -qs ^binlog_pos ${`${fresh}/mariadb_backup_info`} ${`${fresh}/xtrabackup_info`} || { echo 'the copy is not whole: it does not tell where it stands in the log' >&2; exit 1; }; }`;
  return asOwner(
    sh`${whole} && { made=$(mariadb-backup --prepare --target-dir=${fresh} 2>&1) || { printf '%s\\n' "$made" | tail -n 5 >&2; exit 1; }; }`,
  );
};

export const mariadbCopies: Pick<Flavour, 'read' | 'receive' | 'makePrimary'> = {
  read,
  receive: (fresh) => sh`mbstream -x -C ${fresh}`,
  makePrimary,
};
