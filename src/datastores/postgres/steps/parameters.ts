import type { Step } from '../../../plan/step.js';
import { sh } from '../../../shell/command.js';
import { readsConfiguration } from '../control/index.js';
import type { ClusterView, Node } from '../../datastore.js';
import { replicasOf } from '../../nodes.js';
import type { Template } from '../../templates.js';
import { markOf, settingsText } from '../files.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';
import { slotOf } from '../slot.js';
import { heardSql, loadedSql, query } from '../sql.js';

/**
 * The file tells a mark of its own text, which a new session sees when the server has read it. The signal needs no
 * session: it works also where settings keep sessions from being of use.
 */
export function reloadSettings(template: Template, cluster: ClusterView, node: Node): Step {
  const mark = markOf(settingsText(template, cluster, node));
  const { pid } = layoutOf(cluster, node);
  return {
    name: 'reload the settings',
    check: query(cluster, node, loadedSql(mark)),
    apply: [sh`${readsConfiguration(cluster, node)} && ${asOwner(node, sh`kill -HUP $(head -n 1 ${pid})`)}`],
    settle: { timeoutMs: 10_000 },
  };
}

/** Replicas learn from the log what the primary has; one that starts on less before it has heard does not come up. */
export const replicasHeard = (cluster: ClusterView, primary: Node): Step => ({
  name: 'wait for the replicas to hear of it',
  check: query(cluster, primary, heardSql(replicasOf(cluster).map(slotOf), 1)),
  apply: [query(cluster, primary, heardSql(replicasOf(cluster).map(slotOf), 45))],
  settle: { timeoutMs: 10_000 },
});
