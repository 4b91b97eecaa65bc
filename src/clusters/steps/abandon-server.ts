import type { Instance } from '../../../schema/instance.js';
import { DomainError, messageOf } from '../../errors.js';
import type { StepContext, WorkLane, WorkStep } from '../../operations/work.js';
import { withDeadline } from '../../remote/deadline.js';
import type { Platform } from '../platform.js';
import { destroyServer } from './server-steps.js';
import { markDeleted } from './mark-deleted.js';

/** How long the destruction of one server may take, in milliseconds. */
const patience = 30_000;

/** How the message of a step begins whose server is still there. */
export const leftBehind = 'left behind: ';

const expired = (): DomainError =>
  new DomainError('UNAVAILABLE', `the provider did not do it within ${patience / 1000} s`);

/** Does a step if that can be done in time; if not, it says what it has left behind, and is done all the same. */
export const leaving =
  (what: string, gone: (context: StepContext) => Promise<void> = () => Promise.resolve()) =>
  (run: WorkStep['run']): WorkStep['run'] =>
  async (context) => {
    const { signal } = context;
    try {
      return await withDeadline(signal, patience, expired, (bounded) => run({ ...context, signal: bounded }));
    } catch (error) {
      signal.throwIfAborted();
      await gone(context);
      return `${leftBehind}${what}: ${messageOf(error)}`;
    }
  };

/** Destroys an instance's server if that can be done in time; if not, the instance is gone all the same. */
export function abandonServer(platform: Platform, providerId: string, instance: Instance): WorkLane {
  const { steps, ...lane } = destroyServer(platform, providerId, instance);
  const server = instance.server ?? `made for ${instance.id}, if there is one`;
  const what = `${instance.name}, the server ${server} at the provider ${providerId}`;
  const forgiving = leaving(what, async ({ write }) => {
    await write((tx) => markDeleted(tx, instance.id));
  });
  // As a method: a step may know itself.
  return { ...lane, steps: steps.map((step) => ({ name: step.name, run: forgiving((context) => step.run(context)) })) };
}
