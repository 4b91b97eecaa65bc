import type { Step } from '../../../plan/step.js';
import { sh, withStdin } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { initialise } from '../initialise.js';
import { layoutOf } from '../layout.js';
import { slotOf } from '../slot.js';
import { asOwner } from '../owner.js';
import { createSlotsSql, dropSlotsSql, psql, query, rolesSql } from '../sql.js';

export const initialiseData = (cluster: ClusterView, node: Node): Step => ({
  name: 'initialise the database',
  check: sh`[ -f ${`${layoutOf(cluster, node).data}/PG_VERSION`} ]`,
  apply: [initialise(cluster, node)],
});

/**
 * The SQL is kept beside the data once it has been applied, and travels with every copy of them: the check needs no
 * query, and a change of a password is a change of the SQL. What the file holds, `pg_authid` beside it holds too.
 */
export function createRoles(cluster: ClusterView, node: Node): Step {
  const sql = rolesSql(cluster);
  const { roles } = layoutOf(cluster, node);
  const fresh = `${roles}.new`;
  return {
    name: 'create roles',
    check: withStdin(sh`cmp -s - ${roles}`, sql),
    apply: [
      asOwner(
        node,
        withStdin(
          sh`umask 077; cat >${fresh} && ${psql(cluster, node)} <${fresh} >/dev/null && mv -f ${fresh} ${roles}`,
          sql,
        ),
      ),
    ],
  };
}

const slotsOf = (cluster: ClusterView, primary: Node): string => `${layoutOf(cluster, primary).data}/pg_replslot`;

/** One slot for each of `replicas`, on `primary`. A slot is a directory, which tells without a query. */
export const createSlots = (cluster: ClusterView, primary: Node, replicas: readonly Node[]): Step => ({
  name: 'create replication slots',
  check: sh`cd ${slotsOf(cluster, primary)} && ls -d ${replicas.map(slotOf)} >/dev/null 2>&1`,
  apply: [query(cluster, primary, createSlotsSql(replicas.map(slotOf)))],
});

export const dropSlots = (cluster: ClusterView, primary: Node, replicas: readonly Node[]): Step => ({
  name: 'drop replication slots',
  check: sh`cd ${slotsOf(cluster, primary)} && for slot in ${replicas.map(slotOf)}; do [ ! -d "$slot" ] || exit 1; done`,
  apply: [query(cluster, primary, dropSlotsSql(replicas.map(slotOf)))],
});
