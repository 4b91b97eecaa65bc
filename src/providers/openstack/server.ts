import type { Server } from '../provider.js';
import { tag } from './names.js';
import { shortageOf } from './refusal.js';
import type { NovaServer } from './shapes.js';

const sshPort = 22;

type Seen = Pick<Server, 'state' | 'progress' | 'message'>;

/** What Nova does with a server that is being built, in percent: it says no numbers of its own. */
const percents: Readonly<Record<string, number>> = {
  scheduling: 10,
  // A host has taken it, and has not begun.
  '': 20,
  networking: 30,
  block_device_mapping: 50,
  spawning: 70,
};

/** The address that DTrove reaches it by: a floating one where it has one, and IPv4 before IPv6. */
export function addressOf({ addresses }: NovaServer): string | null {
  const all = Object.values(addresses)
    .flat()
    .map((one) => ({ ...one, floating: one['OS-EXT-IPS:type'] === 'floating' }));
  const [first] = all.sort((a, b) => Number(b.floating) - Number(a.floating) || a.version - b.version);
  return first?.addr ?? null;
}

/** As Nova shows it, which takes a while; before that, as its port was given it. */
const knownAddress = (server: NovaServer): string | null => addressOf(server) ?? server.metadata[tag.address] ?? null;

/** Whether it has failed before it ever ran: nothing can be on it, and it may be replaced. */
export const isStillborn = (server: NovaServer): boolean =>
  server.status === 'ERROR' && (server['OS-SRV-USG:launched_at'] ?? '') === '';

const stopped = new Set(['SHUTOFF', 'STOPPED', 'PAUSED', 'SUSPENDED', 'SHELVED', 'SHELVED_OFFLOADED', 'RESCUE']);

function seen(server: NovaServer): Seen {
  const { status, fault } = server;
  const task = server['OS-EXT-STS:task_state'] ?? '';
  const whole = (state: Server['state'], message: string): Seen => ({ state, progress: 100, message });
  switch (status) {
    case 'ACTIVE':
      if (knownAddress(server) === null) return whole('UNKNOWN', 'it runs, but has no network address');
      return whole('ACTIVE', '');
    case 'BUILD':
    case 'REBUILD':
      return {
        state: 'BUILD',
        progress: percents[task] ?? 0,
        message: task === '' ? 'Nova has a host for it' : `Nova: ${task.replaceAll('_', ' ')}`,
      };
    case 'ERROR':
      return { state: 'ERROR', progress: 0, message: fault?.message ?? 'Nova says ERROR, and not why' };
    case 'DELETED':
    case 'SOFT_DELETED':
      return whole('DELETED', 'Nova has deleted it');
    default:
      if (stopped.has(status)) return whole('SHUTOFF', `Nova says ${status}`);
      return whole('UNKNOWN', `Nova says ${status}${task === '' ? '' : `: ${task.replaceAll('_', ' ')}`}`);
  }
}

/** A server of Nova as DTrove sees it; null when it does not bear our tags. */
export function toServer(server: NovaServer): Server | null {
  const { [tag.key]: key, [tag.cluster]: clusterId, [tag.owner]: owner } = server.metadata;
  if (key === undefined || clusterId === undefined) return null;
  const { fault } = server;
  const shortage = server.status === 'ERROR' && fault != null ? shortageOf(fault.code, fault.message) : null;
  return {
    id: server.name,
    key,
    clusterId,
    ...(owner === undefined ? {} : { owner }),
    addr: knownAddress(server),
    sshPort,
    port: null,
    ...seen(server),
    ...(shortage === null ? {} : { fault: shortage }),
  };
}

/** Of several servers of one name (two workers that asked at the same time) the one that counts: alive, then the eldest. */
export function chosen(servers: readonly NovaServer[]): NovaServer | null {
  const rank = (server: NovaServer): string => `${isStillborn(server) ? 1 : 0}${server.created ?? ''}${server.id}`;
  return [...servers].sort((a, b) => rank(a).localeCompare(rank(b)))[0] ?? null;
}
