import type { Instance } from '../../../schema/instance.js';
import type { ClusterView } from '../../datastores/datastore.js';
import type { WorkPhase, WorkStep } from '../../operations/work.js';
import { converge } from '../../plan/converge.js';
import { maskLines } from '../../plan/mask.js';
import { stopJob } from '../../plan/run-job.js';
import type { Plan, Step } from '../../plan/step.js';
import type { Secret } from '../../shell/secret.js';
import type { Platform } from '../platform.js';
import { fenced, reach } from '../reach.js';
import type { Loaded } from '../view.js';

/** A manager's plan as work: the same phases and lanes, each step run on its node over SSH. */
export function managerPhases(platform: Platform, { instances, view }: Loaded, plan: Plan): WorkPhase[] {
  const byId = new Map(instances.map((instance) => [instance.id, instance]));
  const secrets = secretsOf(view);
  return plan.map((phase) =>
    phase.map(({ node, steps }) => {
      const instance = byId.get(node);
      if (instance === undefined) throw new Error(`the plan names a node that the cluster has not: ${node}`);
      return {
        instanceId: node,
        on: instance.name,
        steps: steps.map((step) => remoteStep(platform, instance, step, secrets)),
      };
    }),
  );
}

/** A step of a plan, run on an instance's server over SSH. */
export const remoteStep = (
  platform: Platform,
  instance: Instance,
  step: Step,
  secrets: readonly Secret[],
): WorkStep => ({
  name: step.name,
  run: async ({ signal, output, assertHeld }) => {
    const remote = fenced(await reach(platform, platform.db.manager, instance), assertHeld);
    const lines = maskLines(output, secrets);
    const outcome = await converge(step, remote, { signal, onOutput: lines.push }).finally(lines.flush);
    return outcome === 'applied' ? 'applied' : 'already done';
  },
  halt: async ({ assertHeld }) => {
    const jobs = step.apply.filter((part) => 'kind' in part).filter(({ whole }) => whole !== true);
    if (jobs.length === 0) return;
    const remote = fenced(await reach(platform, platform.db.manager, instance), assertHeld);
    for (const job of jobs) await stopJob(job, remote);
  },
});

/** What must not show of a cluster. */
export const secretsOf = ({ admin, replication, nodes }: ClusterView): Secret[] =>
  [admin.password, replication.password, ...nodes.map(({ tls }) => tls.key)].filter((secret) => secret.reveal() !== '');
