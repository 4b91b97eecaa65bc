import { sh, type Command } from '../../../shell/command.js';
import type { Node } from '../../datastore.js';
import { layoutOf, type Versioned } from '../layout.js';
import { asOwner } from '../owner.js';

// Their names in postgresql.conf, and in what pg_controldata prints (PostgreSQL, 26.4.3).
const names = [
  'max_connections:max_connections',
  'max_worker_processes:max_worker_processes',
  'max_prepared_transactions:max_prepared_xacts',
  'max_locks_per_transaction:max_locks_per_xact',
];

/**
 * A replica does not start on less than its primary had when it last heard of it. Where its new settings are such, this
 * waits until it has heard that the primary has less too, which takes it some seconds after a restart of the primary;
 * fails in words where that does not come. For a replica that runs still.
 */
export function primaryFirst(cluster: Versioned, node: Node): Command {
  const { bin, conf, data } = layoutOf(cluster, node);
  return asOwner(
    node,
    sh`tries=0
less() {
  control=$(LC_ALL=C ${`${bin}pg_controldata`} -D ${data})
  for name in ${names}; do
    wanted=$(${`${bin}postgres`} -D ${conf} -C "\${name%:*}")
    had=$(echo "$control" | sed -n "s/^\${name#*:} setting: *//p")
    [ "$wanted" -ge "$had" ] || return 0
  done
  return 1
}
while less; do
  tries=$((tries + 1))
  if [ "$tries" -gt 100 ]; then echo "the primary has a higher \${name%:*} still: $had" >&2; exit 1; fi
  sleep 0.2
done`,
  );
}
