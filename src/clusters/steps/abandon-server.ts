import type { Instance } from '../../../schema/instance.js';
import { DomainError, messageOf } from '../../errors.js';
import type { WorkLane } from '../../operations/work.js';
import { withDeadline } from '../../remote/deadline.js';
import type { Platform } from '../platform.js';
import { destroyServer } from './server-steps.js';
import { markDeleted } from './mark-deleted.js';

/** How long the destruction of one server may take, in milliseconds. */
const patience = 30_000;

/** How the message of a step begins whose server is still there. */
export const leftBehind = 'left behind: ';

/** Destroys an instance's server if that can be done in time; if not, the instance is gone all the same. */
export function abandonServer(platform: Platform, providerId: string, instance: Instance): WorkLane {
  const { steps, ...lane } = destroyServer(platform, providerId, instance);
  const expired = (): DomainError =>
    new DomainError('UNAVAILABLE', `the provider did not do it within ${patience / 1000} s`);
  return {
    ...lane,
    steps: steps.map((step) => ({
      name: step.name,
      run: async (context) => {
        const { signal } = context;
        try {
          return await withDeadline(signal, patience, expired, (bounded) => step.run({ ...context, signal: bounded }));
        } catch (error) {
          signal.throwIfAborted();
          await context.write((tx) => markDeleted(tx, instance.id));
          const server = instance.server ?? `made for ${instance.id}, if there is one`;
          return `${leftBehind}${instance.name}, the server ${server} at the provider ${providerId}: ${messageOf(error)}`;
        }
      },
    })),
  };
}
