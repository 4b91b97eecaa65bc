import { z } from 'zod';
import type { VolumePlace } from '../../shell/volume.js';
import type { Leftover, VolumeWish } from '../provider.js';
import type { IncusApi } from './api.js';
import { findInstance } from './create.js';
import { instancePath, keyIn, nameOf, tag, volumePath, volumesPath } from './names.js';
import { Refusal } from './refusal.js';
import type { InstanceType } from './settings.js';
import { Volume, type Instance } from './shapes.js';

/** Where a container sees its volume. A virtual machine gets a block device instead, to be formatted in it. */
export const mountOf = (volume: string): string => `/mnt/${volume}`;

/** A virtual machine's disk bears the first 20 characters of this. */
export const placeOf = (volume: string, type: InstanceType): VolumePlace =>
  type === 'container' ? { kind: 'directory', path: mountOf(volume) } : { kind: 'disk', serial: `incus_${volume}` };

const size = (sizeGb: number): string => `${sizeGb}GiB`;

/** Whose a volume is, as its configuration says it; what is not known is left out. */
const claim = (server?: string, cluster?: string, owner?: string): Record<string, string> => ({
  ...(server !== undefined && { [tag.server]: server }),
  ...(cluster !== undefined && { [tag.cluster]: cluster }),
  ...(owner !== undefined && { [tag.owner]: owner }),
});

/** The volume of that key, found or made. Returns its id. */
export async function makeVolume(
  api: IncusApi,
  pool: string,
  type: InstanceType,
  wish: VolumeWish,
  signal: AbortSignal,
): Promise<string> {
  const name = nameOf(wish.key);
  const { key, sizeGb, serverKey, clusterId, owner } = wish;
  const server = serverKey === undefined ? undefined : nameOf(serverKey);
  const config = { size: size(sizeGb), [tag.key]: key, ...claim(server, clusterId, owner) };
  const content = type === 'container' ? 'filesystem' : 'block';
  const body = { name, type: 'custom', content_type: content, config };
  await api.change('POST', volumesPath(pool), signal, body).catch(async (error: unknown) => {
    if (!(error instanceof Refusal)) throw error;
    const found = await api.find(Volume, volumePath(pool, name), signal);
    if (found?.config[tag.key] !== wish.key) throw error;
  });
  return name;
}

/** Makes a volume the server's own: it is seen in it, and goes with it. */
export async function joinVolume(
  api: IncusApi,
  pool: string,
  server: string,
  volume: string,
  signal: AbortSignal,
): Promise<void> {
  const { config, content_type: content } = await api.get(Volume, volumePath(pool, volume), signal);
  const owner = config[tag.server] ?? server;
  if (owner !== server) throw new Refusal(409, `it belongs to the server ${owner}`);
  const instance = await findInstance(api, server, signal);
  const { [tag.cluster]: cluster, [tag.owner]: asker } = instance?.config ?? {};
  // First whose it is: a volume that nobody claims would outlive its server.
  const claimed = { ...config, ...claim(server, cluster, asker) };
  await api.change('PATCH', volumePath(pool, volume), signal, { config: claimed });
  const device = { type: 'disk', pool, source: volume, ...(content === 'filesystem' ? { path: mountOf(volume) } : {}) };
  if (instance?.devices[volume] !== undefined) return;
  await api.change('PATCH', instancePath(server), signal, { devices: { [volume]: device } });
}

/** Makes a volume larger; one that is as large already is left alone. Throws a Refusal where it would shrink. */
export async function enlargeVolume(
  api: IncusApi,
  pool: string,
  volume: string,
  sizeGb: number,
  signal: AbortSignal,
): Promise<void> {
  const { config } = await api.get(Volume, volumePath(pool, volume), signal);
  const now = config['size'] ?? '';
  if (now === size(sizeGb)) return;
  if (Number(/^(\d+)GiB$/.exec(now)?.[1] ?? 0) > sizeGb) throw new Refusal(400, `it has ${now}, and cannot shrink`);
  await api.change('PATCH', volumePath(pool, volume), signal, { config: { ...config, size: size(sizeGb) } });
}

/** The volumes of ours that a server has. */
export const volumesOf = ({ devices }: Instance, pool: string): readonly string[] =>
  Object.entries(devices).flatMap(([name, device]) =>
    device['type'] === 'disk' && device['source'] === name && device['pool'] === pool ? [name] : [],
  );

/** All volumes of ours, but those of servers whose key their name does not tell. */
export async function ourVolumes(api: IncusApi, pool: string, signal: AbortSignal): Promise<Leftover[]> {
  const volumes = await api.get(z.array(Volume), `${volumesPath(pool)}?recursion=1`, signal);
  return volumes.flatMap(({ name, config, used_by: users }): Leftover[] => {
    const { [tag.key]: made, [tag.server]: server, [tag.cluster]: clusterId = null, [tag.owner]: owner } = config;
    const key = server === undefined ? null : keyIn(server);
    // Incus 6 lists snapshots among them.
    if (made === undefined || name.includes('/') || (server !== undefined && key === null)) return [];
    const message = (users ?? []).length === 0 ? 'no server has it' : '';
    return [{ kind: 'VOLUME', id: name, key, clusterId, ...(owner !== undefined && { owner }), message }];
  });
}
