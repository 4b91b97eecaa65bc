import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { placeStep } from '../../dumping.js';
import type { Load } from '../../exporting.js';
import { layoutOf, type Named } from '../layout.js';
import { literal } from '../quoting.js';
import { dumper, named, rows } from './client.js';
import { createSql, dropSql, freshName } from './load.js';

const list = (what: string, fresh: string): string => `${what} = ${literal(fresh)};`;

const triggersSql = (fresh: string): string =>
  `SELECT CONCAT('DROP TRIGGER ${named(fresh)}.\`', REPLACE(trigger_name, '\`', '\`\`'), '\`;') FROM information_schema.triggers WHERE ${list('trigger_schema', fresh)}`;

/** One statement: all tables or none. */
const renameSql = (fresh: string, database: string): string => `\
SET SESSION group_concat_max_len = 1000000000;
SELECT CONCAT('SET SESSION foreign_key_checks = 0; RENAME TABLE ', GROUP_CONCAT(CONCAT(${literal(`${named(fresh)}.\``)}, REPLACE(table_name, '\`', '\`\`'),
    ${literal(`\` TO ${named(database)}.\``)}, REPLACE(table_name, '\`', '\`\`'), '\`') SEPARATOR ', '), ';')
  FROM information_schema.tables WHERE table_type NOT LIKE '%VIEW' AND ${list('table_schema', fresh)}
`;

/**
 * MySQL renames tables and not databases. What hangs on them (triggers, views, routines, events) is written down from the
 * loaded database, where it has been proven to work, and made again in the new place. What gives way is dropped before:
 * from there on it goes forward only, and is gone on with from any point.
 */
export function placeDatabase(flavour: Named, { admin }: ClusterView, node: Node, load: Load): Step {
  const layout = layoutOf(flavour, node);
  const { database, token, collation, replace, file } = load;
  const fresh = freshName(token);
  const root = rows(flavour, layout);
  const dump = dumper(flavour, layout);
  const tell = (sql: string): Command => sh`printf '%s\\n' ${sql} | ${root}`;
  const ask = (sql: string): Command => sh`found=$(${tell(sql)}) || exit`;
  const there = (name: string): string =>
    `SELECT 1 FROM information_schema.schemata WHERE ${list('schema_name', name)}`;
  const [extras, ready, made] = ['extras', 'extras-whole', 'made'].map((end) => `${file}.${end}`) as [
    string,
    string,
    string,
  ];
  const definer = `s/DEFINER=\`dtrove_${token}\`\\@\`localhost\`/DEFINER=\`${admin.username}\`\\@\`%\`/`;
  return placeStep(
    node,
    load,
    sh`${ask(there(fresh))}
[ -n "$found" ] || exit 0
if [ ! -e ${ready} ]; then
  {
    ${tell(`SELECT table_name FROM ${list('information_schema.views WHERE table_schema', fresh)}`)} | tr '\\n' '\\0' |
      xargs -0 -r ${dump} --no-data --skip-triggers ${fresh} &&
      ${dump} --no-data --no-create-info --triggers --add-drop-trigger --routines --events ${fresh}
  } >${`${extras}.raw`} && perl -pe ${definer} ${`${extras}.raw`} >${extras} && : >${ready} || exit
fi
${ask(triggersSql(fresh))}
[ -z "$found" ] || printf '%s\\n' "$found" | ${root} || exit
if [ ! -e ${made} ]; then
  ${ask(there(database))}
  if [ -n "$found" ]; then
    ${replace ? sh`:` : sh`echo ${`there is a database ${database} by now`} >&2; exit 1`}
    ${tell(`DROP DATABASE ${named(database)};`)} || exit
  fi
  ${tell(createSql(database, collation))} && : >${made} || exit
fi
${ask(renameSql(fresh, database))}
[ "$found" = NULL ] || printf '%s\\n' "$found" | ${root} || exit
${root} --binary-mode ${database} <${extras} >/dev/null || exit
${tell(dropSql(token))}`,
  );
}
