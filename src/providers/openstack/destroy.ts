import { setTimeout as delay } from 'node:timers/promises';
import type { Cloud } from './cloud.js';
import { tag, whoseIs } from './names.js';
import { unless } from './session.js';
import { removeUnused } from './shared.js';

/** Milliseconds between two looks at what is being deleted: the first, and the longest. */
const firstPause = 250;
const longestPause = 2000;

/** Asks `look` until it answers true. Ends with the signal. */
export async function settled(signal: AbortSignal, look: () => Promise<boolean>): Promise<void> {
  for (let pause = firstPause; !(await look()); pause = Math.min(pause * 1.5, longestPause))
    await delay(pause, undefined, { signal });
}

/** Deletes the servers of a name, and returns when Nova knows none of them any more. */
export async function removeServers(cloud: Cloud, name: string, signal: AbortSignal): Promise<void> {
  const asked = new Set<string>();
  await settled(signal, async () => {
    const servers = (await cloud.nova.named(name, signal)).filter((one) => one.metadata[tag.key] !== undefined);
    for (const { id, status } of servers) {
      if (status === 'SOFT_DELETED') await cloud.nova.act(id, { forceDelete: null }, signal).catch(unless(404, 409));
      // A server between two states refuses it with 409, and is asked again.
      else if (!asked.has(id)) await cloud.nova.remove(id, signal).then(() => asked.add(id), unless(409));
    }
    return servers.length === 0;
  });
}

/** Destroys a server with its port, floating address and volumes, and the last of a cluster with what they shared, until they are gone. */
export async function destroyServer(cloud: Cloud, id: string, signal: AbortSignal): Promise<void> {
  const { neutron, turns } = cloud;
  await turns.take(id, async () => {
    await removeServers(cloud, id, signal);
    const ports = await neutron.ports(id, signal);
    for (const port of ports) {
      for (const one of await neutron.floatingIps(port.id, signal)) await neutron.removeFloatingIp(one.id, signal);
      await neutron.removePort(port.id, signal);
    }
    await removeVolumes(cloud, id, signal);
    for (const clusterId of new Set(ports.flatMap(({ description }) => whoseIs(description)?.clusterId ?? [])))
      await removeUnused(cloud, clusterId, signal);
  });
}

async function removeVolumes({ cinder }: Cloud, server: string, signal: AbortSignal): Promise<void> {
  if (!(await cinder.offered(signal))) return;
  const volumes = await cinder.volumes(null, signal);
  for (const { id, metadata } of volumes) if (metadata[tag.server] === server) await removeVolume(cinder, id, signal);
}

/** Deletes a volume, and returns when it is gone. While it is being detached, Cinder refuses with 400. */
export async function removeVolume(cinder: Cloud['cinder'], id: string, signal: AbortSignal): Promise<void> {
  await settled(signal, async () => {
    const found = await cinder.byId(id, signal);
    if (found === null) return true;
    if (found.status === 'available' || found.status.startsWith('error')) await cinder.remove(id, signal);
    return false;
  });
}
