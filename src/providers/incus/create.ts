import { DomainError } from '../../errors.js';
import type { Flavor, ServerWish } from '../provider.js';
import type { IncusApi } from './api.js';
import { groundOf } from './ground.js';
import { imageNamed, refuseType } from './image.js';
import { instancePath, nameOf, tag } from './names.js';
import { settle } from './operations.js';
import { Refusal } from './refusal.js';
import { instanceRequest } from './request.js';
import { runs, wasReady } from './server.js';
import type { IncusSettings } from './settings.js';
import { Instance } from './shapes.js';

/** How often somebody else who does the same at the same time is made way for. */
const attempts = 5;

export const findInstance = (api: IncusApi, id: string, signal: AbortSignal): Promise<Instance | null> =>
  api.find(Instance, `${instancePath(id)}?recursion=1`, signal);

/** The instance of `wish.key`, found or made, and started: whoever makes it, and wherever an earlier attempt ended. */
export async function makeServer(
  api: IncusApi,
  settings: IncusSettings,
  wish: ServerWish,
  flavor: Flavor,
  signal: AbortSignal,
): Promise<Instance> {
  const id = nameOf(wish.key);
  for (let attempt = 1; ; attempt += 1) {
    const found = await findInstance(api, id, signal);
    if (found !== null && found.config[tag.key] !== wish.key)
      throw new DomainError('PROVIDER_FAILED', `Incus has an instance ${id} already, which is not ours`);
    if (found !== null && (found.status !== 'Stopped' || wasReady(found))) return found;
    try {
      if (found === null) await launch(api, settings, wish, flavor, signal);
      else await start(api, id, signal);
    } catch (error) {
      if (!(error instanceof Refusal) || attempt === attempts) throw error;
      // Another call may have been first. Where none was, Incus says the same again to nobody.
      if (!(await isOvertaken(api, id, found, signal))) throw error;
    }
  }
}

async function launch(
  api: IncusApi,
  settings: IncusSettings,
  wish: ServerWish,
  flavor: Flavor,
  signal: AbortSignal,
): Promise<void> {
  await refuseType(api, settings.type, signal);
  const [fingerprint, ground] = await Promise.all([
    imageNamed(api, wish.image, settings.type, signal),
    groundOf(api, settings, signal),
  ]);
  await api.change('POST', '/instances', signal, instanceRequest(wish, flavor, fingerprint, ground, settings));
}

async function start(api: IncusApi, id: string, signal: AbortSignal): Promise<void> {
  // It may be found while it is still being made.
  await settle(api, id, signal);
  await api.change('PUT', `${instancePath(id)}/state`, signal, { action: 'start', timeout: -1 });
}

/** Whether somebody else has changed what `before` was, so that the next attempt finds something else to do. */
async function isOvertaken(api: IncusApi, id: string, before: Instance | null, signal: AbortSignal): Promise<boolean> {
  await settle(api, id, signal);
  const now = await findInstance(api, id, signal);
  return before === null ? now !== null : now === null || runs(now);
}
