import type { Server } from '../provider.js';
import { tag } from './names.js';
import type { Work } from './operations.js';
import type { Instance } from './shapes.js';

const sshPort = 22;

/** The address that other machines reach it by: of the given interface first, and IPv4 before IPv6. */
export function addressOf({ state }: Instance): string | null {
  const networks = Object.entries(state?.network ?? {}).filter(([name]) => name !== 'lo');
  const [first] = networks
    .sort(([a], [b]) => Number(b === 'eth0') - Number(a === 'eth0'))
    .flatMap(([, { addresses }]) => (addresses ?? []).filter(({ scope }) => scope === 'global'))
    .sort((a, b) => a.family.localeCompare(b.family));
  return first?.address ?? null;
}

type Seen = Pick<Server, 'state' | 'progress' | 'message'>;

/** Percents of a server's building: what is left is its boot, until SSH answers. */
const made = 40;
const started = 60;
const addressed = 80;

const build = (progress: number, message: string): Seen => ({ state: 'BUILD', progress, message });
const whole = (state: Server['state'], message = ''): Seen => ({ state, progress: 100, message });

/** Whether SSH has answered once. */
export const wasReady = ({ config }: Instance): boolean => config[tag.address] !== undefined;

/** Whether it was made, and never started. */
const isFresh = ({ status, config }: Instance): boolean =>
  status === 'Stopped' && config['volatile.last_state.power'] === undefined;

/** Whether it runs; Incus says `Ready` where a guest has said so itself. */
export const runs = ({ status }: Instance): boolean => status === 'Running' || status === 'Ready';

function building(instance: Instance, work: Work | undefined): Seen {
  const address = addressOf(instance);
  if (work !== undefined) {
    const share = work.words.startsWith('Starting') ? 1 : (work.percent ?? 0) / 100;
    return build(Math.round(made * share), work.words);
  }
  if (runs(instance)) {
    if (address === null) return build(started, 'it runs, and has no network address yet');
    return build(addressed, `it runs, and SSH does not answer yet at ${address}`);
  }
  if (isFresh(instance)) return build(made, 'it is made, and not started yet');
  return { state: 'ERROR', progress: made, message: `it is ${instance.status.toLowerCase()} before SSH has answered` };
}

function grown(instance: Instance): Seen {
  if (runs(instance)) {
    return addressOf(instance) === null ? whole('UNKNOWN', 'it runs, but has no network address') : whole('ACTIVE');
  }
  const words = `it is ${instance.status.toLowerCase()}`;
  return whole(instance.status === 'Error' ? 'ERROR' : 'SHUTOFF', words);
}

/** An instance as DTrove sees it; null when it bears no tag of ours. `work` is what Incus does with it just now. */
export function toServer(instance: Instance, work?: Work): Server | null {
  const { [tag.key]: key, [tag.cluster]: clusterId, [tag.owner]: owner, [tag.address]: known } = instance.config;
  if (key === undefined || clusterId === undefined) return null;
  return {
    id: instance.name,
    key,
    clusterId,
    ...(owner !== undefined && { owner }),
    addr: addressOf(instance) ?? known ?? null,
    sshPort,
    port: null,
    ...(known === undefined ? building(instance, work) : grown(instance)),
  };
}
