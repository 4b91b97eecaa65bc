import { DomainError } from '../../errors.js';
import type { Cloud } from './cloud.js';
import { settled } from './destroy.js';
import { tag } from './names.js';
import { Refusal } from './refusal.js';

/** Makes an image of a server's disk, found again by its name. Returns its id when it can be used. */
export function takeSnapshot(cloud: Cloud, server: string, name: string, signal: AbortSignal): Promise<string> {
  const image = `${server}-${name}`;
  return cloud.turns.take(`image ${image}`, async () => {
    const [found] = await cloud.nova.named(server, signal);
    if (found === undefined) throw new Refusal(404, `there is no server ${server}`);
    const metadata = { [tag.server]: server };
    const [there] = await cloud.glance.named(image, signal);
    const id = there?.id ?? (await cloud.nova.createImage(found.id, { name: image, metadata }, signal));
    await settled(signal, async () => {
      const now = await cloud.glance.byId(id, signal);
      if (now === null || now.status === 'killed' || now.status === 'deleted')
        throw new DomainError('PROVIDER_FAILED', `Glance has lost the image ${image} while it was made`);
      return now.status === 'active';
    });
    return id;
  });
}

/** Deletes an image; one that is gone already is no error. */
export const dropSnapshot = (cloud: Cloud, id: string, signal: AbortSignal): Promise<void> =>
  cloud.glance.remove(id, signal);
