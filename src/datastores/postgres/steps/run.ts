import type { Step } from '../../../plan/step.js';
import { all, sh } from '../../../shell/command.js';
import type { Node } from '../../datastore.js';
import * as control from '../control.js';
import { layoutOf } from '../layout.js';

/** Runs, whatever settings it was started on. */
export const startServer = (node: Node): Step => ({
  name: 'start PostgreSQL',
  check: control.isRunning(node),
  apply: [control.start(node)],
});

/**
 * Runs on the files that are there now: one that was started before they were written is restarted, unless they are
 * such that it would not come up again.
 */
export function startOntoSettings(node: Node): Step {
  const { settings, hba, ident, certificate, ca } = layoutOf(node);
  const fresh = control.startedAfter(node, [settings, hba, ident, certificate, ca]);
  return {
    name: 'start PostgreSQL',
    check: all(fresh, control.isRunning(node)),
    apply: [
      all(
        sh`${fresh} || ${control.isStopped(node)} || { ${control.readsConfiguration(node)} && ${control.stop(node)}; }`,
        control.start(node),
      ),
    ],
  };
}

export const stopServer = (node: Node): Step => ({
  name: 'stop PostgreSQL',
  check: control.isStopped(node),
  apply: [control.stop(node)],
});

/**
 * A restart asked for at `since`. The asking is noted on the server first, so that its own clock alone tells whether
 * the start came after it: a server whose clock is wrong is restarted all the same, and once.
 */
export function restartServer(node: Node, since: Date): Step {
  const { restart } = layoutOf(node);
  const asked = since.toISOString();
  return {
    name: 'restart PostgreSQL',
    check: all(sh`grep -Fqsx ${asked} ${restart}`, control.startedAfter(node, [restart]), control.isRunning(node)),
    apply: [sh`echo ${asked} >${restart}`, control.stop(node), control.start(node)],
  };
}
