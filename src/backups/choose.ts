import { InstanceRole } from '../../schema/enums.js';
import type { Instance } from '../../schema/instance.js';
import { reach } from '../clusters/reach.js';
import type { Platform } from '../clusters/platform.js';
import type { Loaded } from '../clusters/view.js';
import type { DatastoreStatus } from '../datastores/datastore.js';
import { DomainError, messageOf } from '../errors.js';

/** How long a node may take to tell how it stands, in milliseconds. */
const answerMs = 10_000;
/** Bytes of the log that a replica may have still to apply. */
const inStep = 16 * 1024 * 1024;

export interface Chosen {
  readonly instance: Instance;
  readonly version: string | null;
}

/** Which node is copied: a replica that is in step, so that the primary is left alone; else the primary. Throws UNAVAILABLE where neither is up. */
export async function chooseNode(platform: Platform, loaded: Loaded, signal: AbortSignal): Promise<Chosen> {
  const answers = await Promise.all(
    loaded.instances.map(async (instance) => ({ instance, status: await ask(platform, loaded, instance, signal) })),
  );
  const up = answers.flatMap(({ instance, status }) =>
    typeof status === 'string' || !status.up ? [] : [{ instance, status }],
  );
  const following = up.find(({ instance, status }) => instance.role === InstanceRole.REPLICA && follows(status));
  const chosen = following ?? up.find(({ instance }) => instance.role === InstanceRole.PRIMARY);
  if (chosen !== undefined) return { instance: chosen.instance, version: chosen.status.version };
  const words = answers.map(({ instance, status }) => {
    const said = typeof status === 'string' ? status : status.message || 'it is not in step';
    return `${instance.name}: ${said}`;
  });
  throw new DomainError('UNAVAILABLE', `no node can be copied now: ${words.join('; ')}`, { retryable: true });
}

const follows = ({ role, message, lagBytes }: DatastoreStatus): boolean =>
  role === 'REPLICA' && message === '' && lagBytes !== null && lagBytes <= inStep;

async function ask(
  platform: Platform,
  { manager, view }: Loaded,
  instance: Instance,
  signal: AbortSignal,
): Promise<DatastoreStatus | string> {
  const node = view.nodes.find(({ id }) => id === instance.id);
  if (node === undefined || instance.facts === null) return 'it was never reached';
  try {
    const remote = await reach(platform, platform.db.manager, instance);
    return manager.parseStatus(await remote.run(manager.status(view, node), { signal, timeoutMs: answerMs }));
  } catch (error) {
    signal.throwIfAborted();
    return messageOf(error);
  }
}
