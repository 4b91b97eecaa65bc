import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../errors.js';
import type { Server, ServerWish } from '../provider.js';
import type { Cloud } from './cloud.js';
import { removeServers } from './destroy.js';
import { descriptionOf, nameOf, tag } from './names.js';
import { Lost, Refusal } from './refusal.js';
import { serverRequest } from './request.js';
import { chosen, isStillborn, toServer } from './server.js';
import { sharedOf, type Shared } from './shared.js';
import type { Network, NovaServer, Port } from './shapes.js';

/** How often a server is asked for where no answer came, and milliseconds between two attempts. */
const attempts = 4;
const pauseMs = 1000;

/** The server of `wish.key`, found or made: whoever makes it, and wherever an earlier attempt ended. */
export function makeServer(cloud: Cloud, wish: ServerWish, signal: AbortSignal): Promise<Server> {
  return cloud.turns.take(nameOf(wish.key), () =>
    make(cloud, wish, signal).catch((error: unknown) => {
      // A flavor, an image or a network that was known may be gone.
      if (error instanceof Refusal && (error.status === 400 || error.status === 404)) cloud.ground.forget();
      throw error;
    }),
  );
}

async function make(cloud: Cloud, wish: ServerWish, signal: AbortSignal): Promise<Server> {
  const { ground } = cloud;
  const [flavor, image, network] = await Promise.all([
    ground.flavor(wish.flavor),
    ground.image(wish.image),
    ground.network(),
  ]);
  const shared = await sharedOf(cloud, wish, network, signal);
  const { port, isNew } = await portOf(cloud, wish, network, shared, signal);
  // A server is asked for after its port and goes before it: where there was no port, there is no server.
  const there = isNew ? null : await living(cloud, wish, signal);
  const address = (await floatingAddress(cloud, wish, port, signal)) ?? port.fixed_ips[0]?.ip_address ?? null;
  const server = there === null ? null : toServer(there);
  if (server !== null) return server;
  const parts = { flavor: flavor.id, image: image.id, port: port.id, address, group: shared.serverGroup };
  await ask(cloud, wish, serverRequest(wish, parts, cloud.settings), signal);
  const { key, clusterId } = wish;
  const begun = { state: 'BUILD', progress: 0, message: 'Nova has accepted it', sshPort: 22, port: null } as const;
  const whose = wish.owner === undefined ? {} : { owner: wish.owner };
  return { id: nameOf(key), key, clusterId, ...whose, addr: address, ...begun };
}

/** The server that is there already. One that failed before it ever ran makes room for another attempt. */
async function living(cloud: Cloud, wish: ServerWish, signal: AbortSignal): Promise<NovaServer | null> {
  const name = nameOf(wish.key);
  const servers = await cloud.nova.named(name, signal);
  const found = chosen(servers);
  if (found !== null && found.metadata[tag.key] !== wish.key)
    throw new DomainError('PROVIDER_FAILED', `OpenStack has a server ${name} already, which is not ours`);
  if (found !== null && !isStillborn(found)) return found;
  await removeServers(cloud, name, signal);
  return null;
}

async function portOf(
  { neutron }: Cloud,
  wish: ServerWish,
  network: Network,
  { securityGroup, isNew }: Shared,
  signal: AbortSignal,
): Promise<{ readonly port: Port; readonly isNew: boolean }> {
  const name = nameOf(wish.key);
  const [found] = isNew ? [] : await neutron.ports(name, signal);
  if (found !== undefined) return { port: found, isNew: false };
  const port = await neutron.createPort(
    {
      name,
      description: descriptionOf(wish),
      network_id: network.id,
      ...(securityGroup === null ? {} : { security_groups: [securityGroup] }),
    },
    signal,
  );
  return { port, isNew: true };
}

async function floatingAddress(
  { neutron, ground }: Cloud,
  wish: ServerWish,
  port: Port,
  signal: AbortSignal,
): Promise<string | null> {
  const network = await ground.floatingNetwork();
  if (network === null) return null;
  const [found] = await neutron.floatingIps(port.id, signal);
  const body = { floating_network_id: network.id, port_id: port.id, description: descriptionOf(wish) };
  return (found ?? (await neutron.createFloatingIp(body, signal))).floating_ip_address;
}

/** Asks Nova until it has answered. Before it is asked again, its servers show whether it had heard the question. */
async function ask(cloud: Cloud, wish: ServerWish, body: object, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await cloud.nova.create(body, signal);
      return;
    } catch (error) {
      if (!isUnsure(error) || attempt === attempts) throw error;
      await delay(pauseMs * attempt, undefined, { signal });
      if ((await living(cloud, wish, signal)) !== null) return;
    }
  }
}

/** Whether a server may have been made all the same: nobody answered, or its port is in use already. */
const isUnsure = (error: unknown): boolean =>
  error instanceof Lost ||
  (error instanceof Refusal && (error.status === 409 || (error.status >= 500 && error.status !== 501)));
