import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import type { ClusterView, Node } from '../../datastore.js';
import { controlOf, readsConfiguration, startedAfter } from '../control/index.js';
import { primaryFirst } from '../control/primary-first.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';

/** Runs, whatever settings it was started on. */
export const startServer = (cluster: ClusterView, node: Node): Step => ({
  name: 'start PostgreSQL',
  check: controlOf(node).isRunning(cluster, node),
  apply: [controlOf(node).start(cluster, node)],
});

/**
 * Runs on the files that are there now: one that was started before they were written is restarted, unless they are
 * such that it would not come up again.
 */
export function startOntoSettings(cluster: ClusterView, node: Node): Step {
  const { settings, hba, ident, certificate, ca } = layoutOf(cluster, node);
  const control = controlOf(node);
  const fresh = startedAfter(cluster, node, [settings, hba, ident, certificate, ca]);
  const reads = readsConfiguration(cluster, node);
  // PostgreSQL's tools for it are not on servers of `local`.
  const mayRestart =
    node.role === 'REPLICA' && node.facts.init === 'systemd' ? sh`${reads} && ${primaryFirst(cluster, node)}` : reads;
  return {
    name: 'start PostgreSQL',
    check: all(fresh, control.isRunning(cluster, node)),
    apply: [
      all(
        sh`${fresh} || ${control.isStopped(cluster, node)} || { ${mayRestart} && ${control.stop(cluster, node)}; }`,
        control.start(cluster, node),
      ),
    ],
  };
}

export const stopServer = (cluster: ClusterView, node: Node): Step => ({
  name: 'stop PostgreSQL',
  check: controlOf(node).isStopped(cluster, node),
  apply: [controlOf(node).stop(cluster, node)],
});

/**
 * A restart asked for at `since`. The asking is noted on the server first, so that its own clock alone tells whether
 * the start came after it: a server whose clock is wrong is restarted all the same, and once.
 */
export function restartServer(cluster: ClusterView, node: Node, since: Date): Step {
  const { restart } = layoutOf(cluster, node);
  const control = controlOf(node);
  const asked = since.toISOString();
  return {
    name: 'restart PostgreSQL',
    check: all(
      sh`grep -Fqsx ${asked} ${restart}`,
      startedAfter(cluster, node, [restart]),
      control.isRunning(cluster, node),
    ),
    apply: [asOwner(node, sh`echo ${asked} >${restart}`), control.stop(cluster, node), control.start(cluster, node)],
  };
}
