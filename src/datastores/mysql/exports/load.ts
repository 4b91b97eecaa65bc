import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { loadStep } from '../../dumping.js';
import type { Dump, Load } from '../../exporting.js';
import { layoutOf, type Named } from '../layout.js';
import { literal } from '../quoting.js';
import { named, rows } from './client.js';
import { withoutDefiners } from './rows.js';

/** What a load makes: a database (no name with an underscore: rights would take that for any letter), and a user who has no rights but on that. */
export const freshName = (token: string): string => `dtroveimport${token}`;
export const loader = (token: string): string => `${literal(`dtrove_${token}`)}@'localhost'`;

export const dropSql = (token: string): string =>
  `DROP DATABASE IF EXISTS ${named(freshName(token))};\nDROP USER IF EXISTS ${loader(token)};\n`;

const charset = (collation: string): string => (/^[a-z0-9_]+$/.test(collation) ? ` COLLATE ${collation}` : '');

/** Ends what the loader's sessions are at: a statement that waits would keep its database from being dropped. */
const sessionsSql = ({ id }: Named, token: string): string =>
  `SELECT CONCAT('KILL ', id, ';') FROM ${id === 'mysql' ? 'performance_schema' : 'information_schema'}.processlist WHERE user = ${literal(`dtrove_${token}`)};`;

/** Removes what a load has made, whatever runs there. */
function drop(flavour: Named, node: Node, token: string): Command {
  const root = rows(flavour, layoutOf(flavour, node));
  const tell = (sql: string): Command => sh`printf '%s\\n' ${sql} | ${root}`;
  return sh`{ ${tell(sessionsSql(flavour, token))} | ${root} --force; ${tell(dropSql(token))}; }`;
}

export const createSql = (name: string, collation: string): string =>
  `CREATE DATABASE ${named(name)}${charset(collation)};\n`;

/** Statements that count the rows of each table of a database, made by the server itself. */
const countSql = (name: string): string => `\
SELECT CONCAT('SELECT JSON_ARRAY('''', ', QUOTE(table_name), ', COUNT(*)) FROM ${named(name)}.\`', REPLACE(table_name, '\`', '\`\`'), '\`;')
  FROM information_schema.tables WHERE table_schema = ${literal(name)} AND table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')
  ORDER BY table_name;
`;

const trust = 'SET GLOBAL log_bin_trust_function_creators =';

/**
 * Loaded by a user of a moment, who may do anything to the new database and nothing elsewhere, whatever the file says;
 * the client heeds no commands of its own. Then counted. That a trigger may be made by somebody who is not root has to
 * be allowed meanwhile.
 */
export function loadDatabase(flavour: Named, _: ClusterView, node: Node, load: Load): Step {
  const layout = layoutOf(flavour, node);
  const { token, file, collation } = load;
  const fresh = freshName(token);
  const root = rows(flavour, layout);
  const tell = (sql: string): Command => sh`printf '%s\\n' ${sql} | ${root}`;
  const options = `${file}.cnf`;
  const user = [
    `--defaults-file=${options}`,
    '--batch',
    '--binary-mode',
    '--default-character-set=utf8mb4',
    '--local-infile=0',
  ];
  return loadStep({
    node,
    dump: load,
    data: layout.home,
    make: sh`trusted=$(${tell('SELECT @@GLOBAL.log_bin_trust_function_creators;')})
restore() { rm -f ${options}; case $trusted in 0) ${tell(`${trust} 0;`)} 2>/dev/null ;; esac; }
failed() { code=$?; restore; ${drop(flavour, node, token)} 2>/dev/null; exit "$code"; }
trap 'exit 1' HUP INT TERM
trap failed EXIT
${drop(flavour, node, token)} || exit
password=$(od -An -N24 -tx1 /dev/urandom | tr -d ' \\n')
printf '%s\\n' '[client]' ${`socket = "${layout.socket}"`} ${`user = "dtrove_${token}"`} "password = $password" >${options} || exit
{ printf '%s\\n' ${createSql(fresh, collation)} && printf "CREATE USER %s IDENTIFIED BY '%s';\\n" ${loader(token)} "$password" &&
  printf '%s\\n' ${`GRANT ALL ON ${named(fresh)}.* TO ${loader(token)};`}; } | ${root} || exit
case $trusted in 0) ${tell(`${trust} 1;`)} ;; esac
rm -f ${`${file}.failed`}
{ perl -pe ${withoutDefiners} ${file} || : >${`${file}.failed`}; } | ${flavour.id} ${user} ${fresh} >/dev/null && [ ! -e ${`${file}.failed`} ] || exit
counts=$(${tell(countSql(fresh))}) && printf '%s\\n' "$counts" | ${root} >&3 || exit
trap - EXIT
restore`,
  });
}

export const abandon = (flavour: Named, node: Node, { token }: Dump): Command => drop(flavour, node, token);
