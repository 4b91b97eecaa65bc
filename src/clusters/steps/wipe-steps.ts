import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import type { Instance } from '../../../schema/instance.js';
import { isAway } from '../../db/away.js';
import { DomainError, messageOf } from '../../errors.js';
import type { StepContext, WorkStep } from '../../operations/work.js';
import { converge } from '../../plan/converge.js';
import type { Step } from '../../plan/step.js';
import type { Remote } from '../../remote/remote.js';
import { providerOf, type Platform } from '../platform.js';
import { reach } from '../reach.js';
import { loadView, type Loaded } from '../view.js';

/** Milliseconds that a server may be silent before it is left as it is. */
const patience = 45_000;

/**
 * For each instance of a cluster the steps that wipe its server, where servers live on (`keepsServers`). A server that
 * cannot be wiped is put aside by its provider, and is no reason for its cluster to stay.
 */
export async function wiping(
  platform: Platform,
  db: EntityManager,
  clusterId: string,
): Promise<(instance: Instance) => WorkStep[]> {
  const cluster = await db.findOneByOrFail(Cluster, { id: clusterId });
  const provider = providerOf(platform, cluster.provider);
  if (provider.keepsServers !== true) return () => [];
  const loaded = await loadView(platform, db, clusterId).catch((error: unknown) => {
    if (isAway(error)) throw error;
    return messageOf(error);
  });
  return (instance) => {
    // Nothing was installed before the facts were known.
    if (instance.server === null || instance.facts === null) return [];
    const putAside = (reason: string) =>
      provider.quarantine?.(instance.server ?? '', reason, AbortSignal.timeout(patience)) ?? Promise.resolve();
    const steps = stepsFor(loaded, instance);
    if (typeof steps === 'string') return [cannotWipe(steps, putAside)];
    return leniently(steps, () => reach(platform, platform.db.manager, instance), putAside);
  };
}

type PutAside = (reason: string) => Promise<void>;

/** The manager's steps; words where it has none for it, which must not hold up a delete. */
function stepsFor(loaded: Loaded | string, instance: Instance): readonly Step[] | string {
  if (typeof loaded === 'string') return loaded;
  const { manager, view } = loaded;
  const node = view.nodes.find(({ id }) => id === instance.id);
  if (node === undefined) return [];
  if (manager.plans.wipe === undefined) return `the manager ${manager.id} cannot wipe what it installed`;
  try {
    return manager.plans.wipe(view, node);
  } catch (error) {
    return messageOf(error);
  }
}

const cannotWipe = (words: string, putAside: PutAside): WorkStep => ({
  name: 'put the server aside',
  run: async () => {
    await putAside(words);
    return `not done: ${words}`;
  },
});

/** The first step that fails puts the server aside, and the others are not tried. */
function leniently(steps: readonly Step[], remoteOf: () => Promise<Remote>, putAside: PutAside): WorkStep[] {
  let failed = false;
  return steps.map((step) => ({
    name: step.name,
    run: async (context) => {
      if (failed) return 'not done: the server was put aside';
      try {
        return await wipe(step, await remoteOf(), context);
      } catch (error) {
        context.signal.throwIfAborted();
        failed = true;
        const words = messageOf(error);
        await putAside(words.startsWith(`${step.name}: `) ? words : `${step.name}: ${words}`);
        return `not done: ${words}`;
      }
    },
  }));
}

/** One step of wiping, patient with a server that does not answer for a while. */
export async function wipe(
  step: Step,
  remote: Remote,
  { signal, output }: Pick<StepContext, 'signal' | 'output'>,
): Promise<string> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      const outcome = await converge(step, remote, { signal, onOutput: output });
      return outcome === 'applied' ? 'applied' : 'already done';
    } catch (error) {
      const again = error instanceof DomainError && error.retryable && performance.now() < until;
      if (!again) throw error;
      await delay(2_000, undefined, { signal });
    }
  }
}
