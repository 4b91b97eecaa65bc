import { sh, type Command } from '../../../shell/command.js';
import type { Node } from '../../datastore.js';
import { layoutOf, type Versioned } from '../layout.js';
import { strictly } from '../sql.js';

/** Where they are on computers that have them, beside the PATH. */
const places = sh`/usr/lib/postgresql/*/bin /usr/pgsql-*/bin /usr/local/pgsql/bin /opt/homebrew/opt/libpq/bin /opt/homebrew/opt/postgresql@*/bin /usr/local/opt/libpq/bin /Applications/Postgres.app/Contents/Versions/*/bin`;

/**
 * Sets $bin to what stands before the names of pg_dump, pg_restore and psql. A server of `local` has none of its own: those
 * of the computer are taken, of the server's version or the next one above; fails in words where there are none.
 */
export function findTools(cluster: Versioned, node: Node): Command {
  if (node.facts.init !== 'local') return sh`bin=${layoutOf(cluster, node).bin}`;
  return sh`bin= best=0 seen= wanted=${cluster.version} ifs=$IFS IFS=:
for dir in $DTROVE_POSTGRES_BIN $PATH; do set -- "$@" "$dir"; done
IFS=$ifs
for dir in "$@" ${places}; do
  { [ -x "$dir/pg_dump" ] && [ -x "$dir/pg_restore" ] && [ -x "$dir/psql" ]; } || continue
  major=$("$dir/pg_dump" --version 2>/dev/null | sed -n 's/^[^0-9]*\\([0-9][0-9]*\\).*/\\1/p')
  [ -n "$major" ] || continue
  case $seen in *"$dir/pg_dump"*) ;; *) seen="$seen; $dir/pg_dump is of version $major" ;; esac
  if [ "$major" -ge "$wanted" ] && { [ "$best" -eq 0 ] || [ "$major" -lt "$best" ]; }; then best=$major bin=$dir/; fi
done
[ "$best" -gt 0 ] || {
  echo "this computer has no pg_dump, pg_restore and psql of PostgreSQL $wanted or newer\${seen}: install PostgreSQL's client programs, or name their directory in DTROVE_LOCAL_POSTGRES_BIN" >&2
  exit 3
}`;
}

/** The server's own superuser, over its socket. */
export const asSuperuser = (cluster: Versioned, node: Node): Command =>
  sh`export PGHOST=${layoutOf(cluster, node).run} PGPORT=${node.port} PGUSER=postgres ${strictly} PGCLIENTENCODING=UTF8 PGDATABASE=template1`;
