import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { dumpsDirectory, dumpStep } from '../../dumping.js';
import type { Dump } from '../../exporting.js';
import { tellFree } from '../../room.js';
import { layoutOf, type Named } from '../layout.js';
import { literal } from '../quoting.js';
import { dumper, rows } from './client.js';
import { countRows } from './rows.js';

const systems = "('mysql', 'sys', 'information_schema', 'performance_schema')";

const surveySql = (named: readonly string[]): string => `\
SELECT JSON_OBJECT('version', SUBSTRING_INDEX(@@version, '-', 1));
SELECT JSON_OBJECT('database', s.schema_name, 'collation', s.default_collation_name, 'bytes',
    (SELECT COALESCE(SUM(t.data_length + t.index_length), 0) FROM information_schema.tables t WHERE t.table_schema = s.schema_name))
  FROM information_schema.schemata s WHERE s.schema_name NOT IN ${systems} ORDER BY s.schema_name;
SELECT JSON_OBJECT('empty', s.schema_name) FROM information_schema.schemata s
  WHERE s.schema_name IN (${['NULL', ...named.map(literal)].join(', ')})
    AND NOT EXISTS (SELECT 1 FROM information_schema.tables t WHERE t.table_schema = s.schema_name)
    AND NOT EXISTS (SELECT 1 FROM information_schema.routines r WHERE r.routine_schema = s.schema_name)
    AND NOT EXISTS (SELECT 1 FROM information_schema.events e WHERE e.event_schema = s.schema_name);
`;

/** One round trip: versions, databases, room. */
export function survey(flavour: Named, node: Node, named: readonly string[]): Command {
  const layout = layoutOf(flavour, node);
  return withStdin(
    sh`${rows(flavour, layout)} || exit
${tellFree([dumpsDirectory(node), layout.home])}`,
    surveySql(named),
  );
}

/**
 * The engine's own program, in one transaction, with what belongs to the database beside its tables. Rows are counted as
 * they pass by: what is counted is what is written.
 */
export function dumpDatabase(flavour: Named, _: ClusterView, node: Node, dump: Dump): Step {
  const parts = ['--single-transaction', '--quick', '--routines', '--events', '--triggers', '--no-tablespaces'];
  return dumpStep({
    node,
    dump,
    write: sh`rm -f "$dump.failed"
{ ${dumper(flavour, layoutOf(flavour, node))} ${parts} ${dump.database} || : >"$dump.failed"; } | perl -e ${countRows} >"$dump" &&
  [ ! -e "$dump.failed" ] || { rm -f "$dump.failed"; exit 1; }`,
  });
}
