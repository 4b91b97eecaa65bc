import type { Step } from '../../../plan/step.js';
import { sh } from '../../../shell/command.js';
import { file } from '../../../shell/file.js';
import type { ClusterView, Node } from '../../datastore.js';
import { client, query } from '../client.js';
import type { Flavour } from '../flavour.js';
import { initialise } from '../initialise.js';
import type { Layout } from '../layout.js';
import { literal } from '../quoting.js';
import { isTold, tell } from './told.js';

export const initialiseData = (flavour: Flavour, layout: Layout): Step => ({
  name: 'initialise the database',
  check: file.exists(layout.data),
  apply: [initialise(flavour, layout)],
});

/** Users travel to the replicas with the data. */
export function createUsers(flavour: Flavour, cluster: ClusterView, layout: Layout): Step {
  const sql = flavour.usersSql(cluster);
  return {
    name: 'create users',
    check: isTold(layout.users, sql),
    apply: [query(flavour, layout, sql), tell(layout.users, sql)],
  };
}

/**
 * Ends what the primary still sends to replicas that are gone: it would notice at one of its next writes, and count on
 * them until then.
 */
export function forget(flavour: Flavour, layout: Layout, gone: readonly Node[]): Step {
  const hosts = gone.map(({ addr }) => `host LIKE ${literal(`${addr}:%`)}`).join(' OR ');
  const sql = `SELECT id AS id FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%' AND (${hosts});`;
  const ids = sh`{ told=$(echo ${sql} | ${client(flavour, layout)}) && ids=$(printf '%s\\n' "$told" | sed -n 's/^ *id: //p'); }`;
  return {
    name: 'let go of the replicas that left',
    check: sh`${ids} && [ -z "$ids" ]`,
    apply: [sh`${ids} && for id in $ids; do echo "KILL $id;"; done | ${client(flavour, layout)} --force`],
    settle: { timeoutMs: 10_000 },
  };
}
