import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { leftOutOf, loadStep, placeStep } from '../../dumping.js';
import type { Dump, Load } from '../../exporting.js';
import { layoutOf } from '../layout.js';
import { psql } from '../sql.js';
import { readLocale } from './locale.js';
import { withoutRights } from './pick-rights.js';
import { giveRights } from './rights.js';
import { handOverSql, loaderSql } from './loader.js';
import {
  countScript,
  createSql,
  dropFreshSql,
  dropSql,
  freshName,
  isThereSql,
  oldName,
  renameSql,
  shutSql,
  swapSql,
} from './sql.js';
import { asSuperuser, findTools } from './tools.js';

/** A user of its own, who has the fresh database and nothing else, over TLS as everybody comes: what a file says is done as him. */
const asLoader = (fresh: string, { addr, port }: Node): Command =>
  sh`export PGHOST=${addr} PGPORT=${port} PGUSER=${fresh} PGPASSWORD PGSSLMODE=verify-ca PGSSLROOTCERT PGCLIENTENCODING=UTF8`;

/** What reads a file from elsewhere can do nothing on the server, whatever the file commands it. */
const confined = ({ facts }: Node): Command =>
  facts.init === 'local' ? sh`env` : sh`setpriv --reuid=nobody --regid=nogroup --clear-groups --no-new-privs env`;

/** psql that heeds no commands of its own, where it knows how to: \\restrict came with the minor releases of August 2025. */
const loadPlain = (node: Node, file: string): Command => sh`key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
restrict="\\\\restrict $key"
printf '%s\\n' "$restrict" | ${confined(node)} "$bin"psql -XqAt -v ON_ERROR_STOP=1 >/dev/null 2>&1 || restrict=
{ printf '%s\\n' "$restrict" && { perl -e ${withoutRights} <${file} || echo '\\cannot-read'; }; } |
  ${confined(node)} "$bin"psql -Xq -v ON_ERROR_STOP=1 -v VERBOSITY=terse --single-transaction -f - >/dev/null`;

/** The lines of an archive's list that are about large objects as such: `--schema-only` takes them for data. */
const largeObjects = '^[0-9]+; [0-9]+ [0-9]+ (BLOB|BLOB METADATA|ACL - LARGE OBJECTS?) ';

/** The dump as SQL, its data left out where that is possible; of its database too, where it has that. */
const asSql = (node: Node, { format, file }: Load): Command => {
  if (format === 'PLAIN') return sh`cat ${file}`;
  const read = sh`${confined(node)} "$bin"pg_restore -f -`;
  return sh`{ list=$(mktemp) && chmod 0644 "$list" &&
${read} --create --schema-only --no-subscriptions <${file} &&
${confined(node)} "$bin"pg_restore -l <${file} >"$list.all" && { grep -E ${largeObjects} "$list.all" >"$list" || :; } &&
{ [ ! -s "$list" ] || ${read} -L "$list" <${file}; }; code=$?; rm -f "$list" "$list.all"; [ "$code" -eq 0 ]; }`;
};

const loadCustom = (node: Node, file: string): Command =>
  sh`${confined(node)} "$bin"pg_restore --exit-on-error --single-transaction --no-owner --no-privileges --no-subscriptions -d "$PGDATABASE" <${file}`;

/** Made as it was where it comes from, if this server knows that locale; else as this server makes them. */
const create = (fresh: string, { collation, file }: Load, ask: Command): Command => {
  const plainly = sh`echo ${createSql(fresh)} | ${ask}`;
  const locale = readLocale(collation);
  if (locale === null) return plainly;
  const lost = `its encoding and collation (${collation}), which this server does not know: texts are sorted as it does`;
  return sh`{ echo ${createSql(fresh, locale)} | ${ask} 2>/dev/null || { ${plainly} && echo ${lost} >>${leftOutOf(file)}; }; }`;
};

/** Restored under a name of its own by a user of that name, given to whom it belongs, then counted. */
export function loadDatabase(cluster: ClusterView, node: Node, load: Load): Step {
  const fresh = freshName(load.token);
  const ask = psql(cluster, node);
  const drop = sh`printf '%s' ${dropFreshSql(fresh)} | ${ask} >/dev/null 2>&1`;
  const restore = load.format === 'PLAIN' ? loadPlain(node, load.file) : loadCustom(node, load.file);
  const leftOut = leftOutOf(load.file);
  return loadStep({
    node,
    dump: load,
    data: layoutOf(cluster, node).data,
    make: sh`${findTools(cluster, node)}
authority=$(mktemp) && cat ${layoutOf(cluster, node).ca} >"$authority" && chmod 0644 "$authority" || exit 1
failed() { code=$?; rm -f "$authority"; ${drop}; exit "$code"; }
trap 'exit 1' HUP INT TERM
trap failed EXIT
${drop}
PGPASSWORD=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \\n')
(
  rm -f ${leftOut} && printf ${loaderSql(fresh)} "$PGPASSWORD" | ${ask} && ${create(fresh, load, ask)} || exit
  PGSSLROOTCERT=$authority PGDATABASE=${fresh}
  export PGDATABASE
  ${asLoader(fresh, node)}
  cd / || exit
  ${restore} || exit
  "$bin"psql -Xqc ANALYZE
) || exit
rm -f "$authority"
unset PGPASSWORD
${asSuperuser(cluster, node)}
PGDATABASE=${fresh}
printf '%s' ${handOverSql(fresh, cluster.admin.username)} | "$bin"psql -Xq -v ON_ERROR_STOP=1 || exit
${giveRights(cluster, node, { fresh, read: asSql(node, load), leftOut })}
printf '%s' ${countScript} | "$bin"psql -XqAt >&3 || exit
trap - EXIT`,
  });
}

/**
 * The loaded database gets its name, in one transaction with the one that gives way where there is one. That is shut
 * meanwhile, or its clients would come back faster than they are sent away.
 */
export function placeDatabase(cluster: ClusterView, node: Node, { replace, ...load }: Load): Step {
  const { database, token } = load;
  const fresh = freshName(token);
  const old = oldName(token);
  const ask = sh`${psql(cluster, node)} -d template1`;
  const isThere = (name: string): Command => sh`has ${isThereSql(name)}`;
  const tell = (sql: string): Command => sh`printf '%s\\n' ${sql} | ask >/dev/null`;
  return placeStep(
    node,
    load,
    sh`ask() { ${ask}; }
has() { found=$(printf '%s\\n' "$1" | ask) || exit; [ -n "$found" ]; }
if ${isThere(fresh)}; then
  if ! ${isThere(database)}; then
    ${tell(renameSql(fresh, database))} || exit
  elif ${replace ? sh`true` : sh`false`}; then
    ${tell(shutSql(database, false))} || exit
    ${tell(swapSql(database, fresh, old))} || { code=$?; ${tell(shutSql(database, true))}; exit "$code"; }
  else
    echo ${`there is a database ${database} by now`} >&2; exit 1
  fi
fi
${tell(dropSql(old))} 2>/dev/null`,
  );
}

export const abandon = (cluster: ClusterView, node: Node, { token }: Dump): Command =>
  sh`printf '%s' ${dropFreshSql(freshName(token))} | ${psql(cluster, node)} >/dev/null`;
