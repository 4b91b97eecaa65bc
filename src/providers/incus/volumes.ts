import type { IncusApi } from './api.js';
import { findInstance } from './create.js';
import { instancePath, nameOf, tag, volumePath, volumesPath } from './names.js';
import { Refusal } from './refusal.js';
import type { InstanceType } from './settings.js';
import { Volume, type Instance } from './shapes.js';

/** Where a container sees its volume. A virtual machine gets a block device instead, to be formatted in it. */
export const mountOf = (volume: string): string => `/mnt/${volume}`;

const size = (sizeGb: number): string => `${sizeGb}GiB`;

/** The volume of that key, found or made. Returns its id. */
export async function makeVolume(
  api: IncusApi,
  pool: string,
  type: InstanceType,
  wish: { readonly key: string; readonly sizeGb: number },
  signal: AbortSignal,
): Promise<string> {
  const name = nameOf(wish.key);
  const config = { size: size(wish.sizeGb), [tag.key]: wish.key };
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
  // First whose it is: a volume that nobody claims would outlive its server.
  await api.change('PATCH', volumePath(pool, volume), signal, { config: { ...config, [tag.server]: server } });
  const device = { type: 'disk', pool, source: volume, ...(content === 'filesystem' ? { path: mountOf(volume) } : {}) };
  const instance = await findInstance(api, server, signal);
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
