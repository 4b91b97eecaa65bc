import type { Step } from '../../../plan/step.js';
import { sh, type Command } from '../../../shell/command.js';
import type { ClusterView } from '../../datastore.js';
import { asking, client } from '../client.js';
import { said } from '../control.js';
import type { Layout } from '../layout.js';

/**
 * The copy of the primary's data is the replica's own work, as long as it may take. The check gives it a moment, which
 * is all that it takes as a rule; `apply` waits longer, and fails in the replica's words where there is no copy under way.
 */
export const follow = (layout: Layout, cluster: ClusterView): Step => ({
  name: 'follow the primary',
  check: asking(cluster, waiting(layout, 30, sh`false`), ['replication']),
  apply: [asking(cluster, waiting(layout, 300, endless(layout)), ['replication'])],
  settle: { timeoutMs: 6 * 3_600_000 },
});

/** Asks every tenth of a second whether the link is up, `times` times, and then does `otherwise`. */
const waiting = (
  layout: Layout,
  times: number,
  otherwise: Command,
): Command => sh`input=$(cat) times=${times} begun=$(date +%s)
while :; do
  told=$(printf '%s\\n' "$input" | ${client(layout)} 2>&1)
  case $told in *master_link_status:up*) exit 0 ;; esac
  times=$((times - 1))
  [ "$times" -gt 0 ] || break
  sleep 0.1
done
${otherwise}`;

const endless = (layout: Layout): Command => sh`case $told in
  *master_sync_in_progress:1*) exit 0 ;;
  *role:*) ;;
  *) printf '%s\\n' "$told" | tail -n 1 >&2 ;;
esac
{ ${said(layout)}; } >&2
false`;
