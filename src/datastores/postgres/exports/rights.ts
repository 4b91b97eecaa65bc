import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { identifier } from '../quoting.js';
import { psql } from '../sql.js';
import { pickRights } from './pick-rights.js';

/** Who may be given something by a file: nobody who can do more than use databases, lest a function of the file be run with his rights. */
const rolesSql = `\
SELECT rolname FROM pg_roles r WHERE (rolname !~ '^pg_' OR rolname = 'pg_database_owner') AND rolname !~ '\\n'
  AND NOT rolsuper AND NOT rolreplication AND NOT rolbypassrls AND NOT EXISTS (SELECT FROM pg_roles g
    WHERE g.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files') AND pg_has_role(r.oid, g.oid, 'MEMBER'));
`;

/** Whatever a file says, it waits for nobody, and what it names is what it says: nothing is looked for elsewhere. */
const before = `\\set VERBOSITY terse
\\set ON_ERROR_ROLLBACK on
SET search_path = '';
SET lock_timeout = '10s';
BEGIN;
`;

export interface Giving {
  /** The loaded database. */
  readonly fresh: string;
  /** Prints the dump as SQL. */
  readonly read: Command;
  /** The file that tells what was left out. */
  readonly leftOut: string;
}

/**
 * Gives the fresh database and what is in it to whom the dump says, and the rights on them, as far as there are such roles.
 * Of the dump, only what the program knows to be an owner or a right is done, as the superuser. Expects the variables of
 * the superuser and `$bin`.
 */
export const giveRights = (cluster: ClusterView, node: Node, { fresh, read, leftOut }: Giving): Command =>
  sh`roles=$(mktemp) && printf %s ${rolesSql} | ${psql(cluster, node)} >"$roles" || exit
fresh=${identifier(fresh)} admin=${identifier(cluster.admin.username)}
export roles fresh admin
{ printf %s ${before} && { ${read} || : >"$roles.failed"; } | perl -e ${pickRights} 2>>${leftOut} && echo 'COMMIT;'; } >"$roles.sql" && [ ! -e "$roles.failed" ] || {
  cat ${leftOut} >&2; rm -f "$roles" "$roles".*; exit 1
}
"$bin"psql -Xqt -f "$roles.sql" 2>&1 >/dev/null | sed -n 's/^.*ERROR: */not given: /p' | head -n 20 >>${leftOut}
rm -f "$roles" "$roles".*`;
