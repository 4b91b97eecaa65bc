import { setTimeout as delay } from 'node:timers/promises';
import { Instance } from '../../schema/instance.js';
import type { Platform } from '../clusters/platform.js';
import { reach } from '../clusters/reach.js';
import type { Loaded } from '../clusters/view.js';
import type { Node } from '../datastores/datastore.js';
import { DomainError, messageOf } from '../errors.js';
import type { WorkStep } from '../operations/work.js';

/** How long a node may take to be well again, in milliseconds. */
const patience = 60_000;
const answerMs = 5_000;

/** Waits until a node says of itself that it is up, in its role, and that nothing is wrong; fails in its own words. */
export const waitUntilHealthy = (platform: Platform, { manager, view }: Loaded, node: Node): WorkStep => ({
  name: 'wait until it is healthy',
  run: async ({ signal }) => {
    const { manager: db } = platform.db;
    const instance = await db.findOneByOrFail(Instance, { id: node.id });
    const remote = await reach(platform, db, instance);
    const until = performance.now() + patience;
    for (let pause = 50; ; pause = Math.min(pause * 1.5, 1000)) {
      const words = await remote
        .run(manager.status(view, node), { signal, timeoutMs: answerMs })
        .then((result) => troubleOf(manager.parseStatus(result), node))
        .catch((error: unknown) => {
          signal.throwIfAborted();
          return messageOf(error);
        });
      if (words === '') return 'healthy';
      if (performance.now() > until)
        throw new DomainError(
          'STEP_FAILED',
          `${node.name} is not well ${patience / 1000} s after the change: ${words}`,
        );
      await delay(pause, undefined, { signal });
    }
  },
});

function troubleOf({ up, role, message }: ReturnType<Loaded['manager']['parseStatus']>, node: Node): string {
  if (!up) return message === '' ? 'it does not answer' : message;
  return role === node.role ? message : `it says that it is ${role}, and it shall be ${node.role}`;
}
