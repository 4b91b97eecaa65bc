import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { dumpsDirectory, dumpStep } from '../../dumping.js';
import type { Dump } from '../../exporting.js';
import { tellFree } from '../../room.js';
import { layoutOf } from '../layout.js';
import { conninfo } from '../quoting.js';
import { psql } from '../sql.js';
import { dumpScript, emptySql, surveySql } from './sql.js';
import { asSuperuser, findTools } from './tools.js';

/** One round trip: versions, databases, room. */
export function survey(cluster: ClusterView, node: Node, named: readonly string[]): Command {
  const { data } = layoutOf(cluster, node);
  const asking = named
    .map((name) => sh`${psql(cluster, node)} -d ${conninfo({ dbname: name })} -c ${emptySql} 2>/dev/null </dev/null`)
    .reduce((before, next) => sh`${before}\n${next}`, sh`:`);
  return withStdin(
    sh`${psql(cluster, node)} || exit
${asking}
${tellFree([dumpsDirectory(node), data])}
${findTools(cluster, node)}`,
    surveySql,
  );
}

const options = {
  CUSTOM: '--format=custom',
  // Whoever loads it owns it: there is nobody else elsewhere.
  PLAIN: '--format=plain --no-owner --no-privileges',
  RDB: '',
} as const;

/** pg_dump on the snapshot of a transaction that counts meanwhile: what it writes and what is counted are of one moment. */
export const dumpDatabase = (cluster: ClusterView, node: Node, dump: Dump): Step =>
  dumpStep({
    node,
    dump,
    write: sh`${findTools(cluster, node)}
${asSuperuser(cluster, node)}
options=${options[dump.format]} PGDATABASE=${dump.database}
export bin options PGDATABASE
rm -f "$dump.failed"
"$bin"psql -XqAt >"$rows" && [ ! -e "$dump.failed" ]`,
    input: dumpScript,
  });
