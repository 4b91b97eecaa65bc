import { DomainError } from '../../errors.js';
import type { VolumeWish } from '../provider.js';
import { whyNotAttached } from './actions.js';
import type { Cloud } from './cloud.js';
import { removeVolume, settled } from './destroy.js';
import { nameOf, tag } from './names.js';
import { Refusal } from './refusal.js';
import type { Volume } from './shapes.js';

/** Waits until Cinder is done with a volume. Throws where it ended in an error. */
async function idle({ cinder }: Cloud, id: string, wanted: readonly string[], signal: AbortSignal): Promise<void> {
  await settled(signal, async () => {
    const volume = await cinder.byId(id, signal);
    if (volume === null) throw new Refusal(404, `there is no volume ${id}`);
    if (volume.status.startsWith('error'))
      throw new DomainError('PROVIDER_FAILED', `Cinder says of it: ${volume.status}`);
    return wanted.includes(volume.status);
  });
}

/** The volume of that key, found or made. Returns its id when it can be attached. */
export function makeVolume(cloud: Cloud, wish: VolumeWish, signal: AbortSignal): Promise<string> {
  const name = nameOf(wish.key);
  const { volumeType, zone } = cloud.settings;
  return cloud.turns.take(`volume ${name}`, async () => {
    const [there] = (await cloud.cinder.volumes(name, signal)).filter(({ metadata }) => metadata[tag.key] === wish.key);
    // One that failed before it ever was one makes room for another attempt.
    const found = there?.status === 'error' && there.attachments.length === 0 ? undefined : there;
    if (there !== undefined && found === undefined) await removeVolume(cloud.cinder, there.id, signal);
    const body = {
      ...{ name, size: wish.sizeGb, metadata: metadataOf(wish) },
      ...(volumeType === '' ? {} : { volume_type: volumeType }),
      ...(zone === '' ? {} : { availability_zone: zone }),
    };
    const { id } = found ?? (await cloud.cinder.create(body, signal));
    await idle(cloud, id, ['available', 'in-use'], signal);
    return id;
  });
}

const metadataOf = ({ key, serverKey, clusterId, owner }: VolumeWish): Record<string, string> => ({
  [tag.key]: key,
  ...(serverKey === undefined ? {} : { [tag.server]: nameOf(serverKey) }),
  ...(clusterId === undefined ? {} : { [tag.cluster]: clusterId }),
  ...(owner === undefined ? {} : { [tag.owner]: owner }),
});

/** Makes a volume the server's own: it is seen in it as a new block device, and goes with it. */
export async function joinVolume(cloud: Cloud, server: string, id: string, signal: AbortSignal): Promise<void> {
  const { nova, cinder } = cloud;
  const [found] = await nova.named(server, signal);
  const volume = await known(cloud, id, signal);
  if (found === undefined) throw new Refusal(404, `there is no server ${server}`);
  const owner = volume.metadata[tag.server] ?? server;
  if (owner !== server) throw new Refusal(409, `it belongs to the server ${owner}`);
  // First whose it is: a volume that nobody claims would outlive its server.
  const cluster = found.metadata[tag.cluster];
  const claim = { [tag.server]: server, ...(cluster === undefined ? {} : { [tag.cluster]: cluster }) };
  await cinder.label(id, claim, signal);
  if (volume.attachments.some(({ server_id: of }) => of === found.id)) return;
  await nova.attach(found.id, id, signal);
  await settled(signal, async () => {
    const { status, attachments } = await known(cloud, id, signal);
    if (attachments.some(({ server_id: of }) => of === found.id) && status === 'in-use') return true;
    // Nova tries it after it has answered: that it failed shows in the volume alone.
    if (status !== 'available' && !status.startsWith('error')) return false;
    const words = await whyNotAttached(nova, found.id, signal);
    const why = words ?? `Cinder says of it: ${status}`;
    throw new DomainError('PROVIDER_FAILED', `the volume ${id} could not be attached to the server ${server}: ${why}`);
  });
}

/** Makes a volume larger, also one in use; one that is as large already is left alone. */
export async function enlargeVolume(cloud: Cloud, id: string, sizeGb: number, signal: AbortSignal): Promise<void> {
  const { size } = await known(cloud, id, signal);
  if (size === sizeGb) return;
  if (size > sizeGb) throw new Refusal(400, `it has ${size} GiB, and cannot shrink`);
  await cloud.cinder.extend(id, sizeGb, signal);
  await idle(cloud, id, ['available', 'in-use'], signal);
  const now = await known(cloud, id, signal);
  if (now.size !== sizeGb) throw new DomainError('PROVIDER_FAILED', `Cinder has left it at ${now.size} GiB`);
}

export const dropVolume = (cloud: Cloud, id: string, signal: AbortSignal): Promise<void> =>
  removeVolume(cloud.cinder, id, signal);

async function known({ cinder }: Cloud, id: string, signal: AbortSignal): Promise<Volume> {
  const volume = await cinder.byId(id, signal);
  if (volume === null) throw new Refusal(404, `there is no volume ${id}`);
  return volume;
}
