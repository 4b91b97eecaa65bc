import type { Step } from '../../../plan/step.js';
import { sh, withStdin } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { baseBackup } from '../initialise.js';
import { layoutOf } from '../layout.js';
import { psql, streamingSql } from '../sql.js';

export const copyPrimary = (cluster: ClusterView, node: Node): Step => ({
  name: 'copy the primary',
  check: sh`[ -f ${`${layoutOf(cluster, node).data}/PG_VERSION`} ]`,
  apply: [baseBackup(cluster, node)],
});

/**
 * Waiting is the database's: one query returns as soon as the replica streams. The check gives it a moment, which is
 * all that it takes as a rule; else `apply` waits longer, and fails in the words of the replica's log.
 */
export const stream = (cluster: ClusterView, node: Node): Step => ({
  name: 'stream from the primary',
  check: withStdin(sh`${psql(cluster, node)} 2>/dev/null`, streamingSql(2)),
  apply: [
    withStdin(sh`${psql(cluster, node)} || { tail -n 5 ${layoutOf(cluster, node).log} >&2; false; }`, streamingSql(40)),
  ],
});
