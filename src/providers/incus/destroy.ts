import { z } from 'zod';
import type { IncusApi } from './api.js';
import { findInstance } from './create.js';
import { instancePath, tag, volumePath, volumesPath } from './names.js';
import { settle } from './operations.js';
import { Refusal } from './refusal.js';
import { Volume } from './shapes.js';

/** How often somebody else who works on the same server is made way for. */
const attempts = 5;

/** Destroys an instance of ours and the volumes that belong to it, and returns when they are gone. */
export async function destroyServer(api: IncusApi, pool: string, id: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const found = await findInstance(api, id, signal);
    if (found !== null && found.config[tag.key] === undefined) return;
    try {
      if (found === null) break;
      await settle(api, id, signal);
      if (found.status !== 'Stopped')
        await api.change('PUT', `${instancePath(id)}/state`, signal, { action: 'stop', force: true, timeout: 30 });
      await api.change('DELETE', instancePath(id), signal);
    } catch (error) {
      // It may have stopped, started or gone since it was looked at.
      if (!(error instanceof Refusal) || attempt === attempts) throw error;
    }
  }
  // Their tag outlives the server: an attempt that ended between the two is made good by the next.
  const volumes = await api.get(z.array(Volume), `${volumesPath(pool)}?recursion=1`, signal);
  // Incus 6 lists their snapshots among them, as `volume/snapshot`; these go with their volume.
  for (const { name } of volumes.filter((one) => one.config[tag.server] === id && !one.name.includes('/'))) {
    await removeVolume(api, pool, name, signal);
  }
}

/** Deletes a volume; one that is gone already is no error. */
export async function removeVolume(api: IncusApi, pool: string, id: string, signal: AbortSignal): Promise<void> {
  await api.change('DELETE', volumePath(pool, id), signal).catch((error: unknown) => {
    if (!(error instanceof Refusal) || error.status !== 404) throw error;
  });
}
