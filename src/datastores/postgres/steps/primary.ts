import type { Step } from '../../../plan/step.js';
import { sh, withStdin } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { initialise } from '../initialise.js';
import { layoutOf } from '../layout.js';
import { slotOf } from '../nodes.js';
import { createSlotsSql, dropSlotsSql, psql, query, rolesSql } from '../sql.js';

export const initialiseData = (cluster: ClusterView, node: Node): Step => ({
  name: 'initialise the database',
  check: sh`[ -f ${`${layoutOf(node).data}/PG_VERSION`} ]`,
  apply: [initialise(cluster, node)],
});

/**
 * The SQL is kept beside the data once it has been applied, and travels with every copy of them: the check needs no
 * query, and a change of a password is a change of the SQL. What the file holds, `pg_authid` beside it holds too.
 */
export function createRoles(cluster: ClusterView, node: Node): Step {
  const sql = rolesSql(cluster);
  const { roles } = layoutOf(node);
  const fresh = `${roles}.new`;
  return {
    name: 'create roles',
    check: withStdin(sh`cmp -s - ${roles}`, sql),
    apply: [
      withStdin(sh`umask 077; cat >${fresh} && ${psql(node)} <${fresh} >/dev/null && mv -f ${fresh} ${roles}`, sql),
    ],
  };
}

const slotsOf = (primary: Node): string => `${layoutOf(primary).data}/pg_replslot`;

/** One slot for each of `replicas`, on `primary`. A slot is a directory, which tells without a query. */
export const createSlots = (primary: Node, replicas: readonly Node[]): Step => ({
  name: 'create replication slots',
  check: sh`cd ${slotsOf(primary)} && ls -d ${replicas.map(slotOf)} >/dev/null 2>&1`,
  apply: [query(primary, createSlotsSql(replicas.map(slotOf)))],
});

export const dropSlots = (primary: Node, replicas: readonly Node[]): Step => ({
  name: 'drop replication slots',
  check: sh`cd ${slotsOf(primary)} && for slot in ${replicas.map(slotOf)}; do [ ! -d "$slot" ] || exit 1; done`,
  apply: [query(primary, dropSlotsSql(replicas.map(slotOf)))],
});
