import { DomainError } from '../../errors.js';
import type { Flavor } from '../provider.js';
import { Cache } from './cache.js';
import type { Glance } from './glance.js';
import type { Neutron } from './neutron.js';
import type { Nova } from './nova.js';
import type { OpenStackSettings } from './settings.js';
import type { Image, Network } from './shapes.js';

/** A flavor with Nova's id of it. */
export interface NovaFlavor extends Flavor {
  readonly id: string;
}

/**
 * Milliseconds that what the cloud offers is taken for known by who asks what there is, and by who makes a server from what was
 * found before; how young an answer is that says no more when it is asked for again; how long the cloud may take to give one.
 */
const offeredMs = 60_000;
const knownMs = 600_000;
const freshMs = 1000;
const patienceMs = 20_000;

const least = 512;
const isId = (text: string): boolean => /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text);

/** What servers are made from and stand on: flavors, images, networks; asked for once for all who want to know. */
export class Ground {
  private readonly flavorsKnown = new Cache<readonly NovaFlavor[]>(knownMs);
  private readonly networksKnown = new Cache<readonly Network[]>(knownMs);
  private readonly rangesKnown = new Cache<readonly string[]>(knownMs);
  private readonly imagesKnown = new Cache<Image>(offeredMs);

  constructor(
    private readonly nova: Nova,
    private readonly neutron: Neutron,
    private readonly glance: Glance,
    private readonly settings: Pick<OpenStackSettings, 'bootVolumeGb' | 'network' | 'floatingNetwork' | 'flavor'>,
  ) {}

  /** Asks for the network that every server is on, before one is wished for. */
  async learn(): Promise<void> {
    await this.ranges(await this.network());
  }

  /** Nothing is taken for known any more: what servers were made from may have gone. */
  forget(): void {
    for (const known of [this.flavorsKnown, this.networksKnown, this.rangesKnown, this.imagesKnown]) known.forget();
  }

  /** The smallest first. Those without a disk only where servers boot from volumes: others may not use them. */
  flavors(atMostMs = offeredMs): Promise<readonly NovaFlavor[]> {
    const load = async () => {
      const { bootVolumeGb } = this.settings;
      const all = await this.nova.flavors(AbortSignal.timeout(patienceMs));
      return all
        .map(({ id, name, vcpus, ram, disk }) => ({
          ...{ id, name, cpus: vcpus, memoryMb: ram },
          diskGb: bootVolumeGb === 0 ? disk : bootVolumeGb,
        }))
        .filter(({ diskGb }) => diskGb > 0)
        .sort((a, b) => a.memoryMb - b.memoryMb || a.cpus - b.cpus || a.diskGb - b.diskGb);
    };
    return this.flavorsKnown.get('', load, atMostMs);
  }

  /** The flavor of a wish that names none; null where there is none at all. */
  async defaultFlavor(): Promise<string | null> {
    const { flavor } = this.settings;
    const all = await this.flavors();
    if (flavor !== '') return all.find(({ id, name }) => name === flavor || id === flavor)?.name ?? flavor;
    return (all.find(({ memoryMb }) => memoryMb >= least) ?? all[0])?.name ?? null;
  }

  /** By name or id. Throws BAD_USER_INPUT on `flavor`, naming those there are. */
  async flavor(wanted: string): Promise<NovaFlavor> {
    const known = byNameOrId(await this.flavors(knownMs), wanted);
    if (known !== undefined) return known;
    const all = await this.flavors(freshMs);
    const found = byNameOrId(all, wanted);
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name).join(', ');
    throw new DomainError('BAD_USER_INPUT', `OpenStack has no flavor ${wanted} that fits; it has: ${names}`, {
      field: 'flavor',
    });
  }

  /** By name (the newest of several) or id. Throws BAD_USER_INPUT on `datastoreId`, the input that has chosen it. */
  image(wanted: string): Promise<Image> {
    return this.imagesKnown.get(wanted, async () => {
      const signal = AbortSignal.timeout(patienceMs);
      const byId = isId(wanted) ? await this.glance.byId(wanted, signal) : null;
      const found = byId === null ? await this.glance.named(wanted, signal) : [byId];
      const usable = found.find(({ status }) => status === 'active');
      if (usable !== undefined) return usable;
      const [first] = found;
      const state =
        first === undefined ? `has no image ${wanted}` : `has ${wanted} only as an image that is ${first.status}`;
      const there = await this.glance.names(signal);
      const words = there.length === 0 ? 'it has none' : `it has: ${there.join(', ')}`;
      throw new DomainError('BAD_USER_INPUT', `OpenStack ${state}; ${words}`, { field: 'datastoreId' });
    });
  }

  /** The network of the servers. Throws PROVIDER_FAILED, naming the variable that chooses one. */
  async network(): Promise<Network> {
    const { network } = this.settings;
    if (network !== '') return this.networkNamed(network, 'DTROVE_OPENSTACK_NETWORK');
    const only = onlyOne(await this.networks()) ?? onlyOne(await this.networks(freshMs));
    if (only !== undefined) return only;
    const all = await this.networks();
    const words = all.length === 0 ? 'it has none' : `it has: ${all.map(({ name }) => name).join(', ')}`;
    throw new DomainError('PROVIDER_FAILED', `DTROVE_OPENSTACK_NETWORK says which network servers are on; ${words}`);
  }

  /** The network of floating addresses; null where none are given. */
  async floatingNetwork(): Promise<Network | null> {
    const { floatingNetwork } = this.settings;
    if (floatingNetwork === '') return null;
    return this.networkNamed(floatingNetwork, 'DTROVE_OPENSTACK_FLOATING_NETWORK');
  }

  /** The ranges of a network's subnets. */
  ranges({ id }: Network): Promise<readonly string[]> {
    return this.rangesKnown.get(id, () => this.neutron.ranges(id, AbortSignal.timeout(patienceMs)));
  }

  private async networkNamed(wanted: string, variable: string): Promise<Network> {
    const known = byNameOrId(await this.networks(), wanted);
    if (known !== undefined) return known;
    const all = await this.networks(freshMs);
    const found = byNameOrId(all, wanted);
    if (found !== undefined) return found;
    const names = all.map(({ name }) => name).join(', ');
    throw new DomainError('PROVIDER_FAILED', `${variable}: OpenStack has no network ${wanted}; it has: ${names}`);
  }

  private networks(atMostMs = knownMs): Promise<readonly Network[]> {
    return this.networksKnown.get('', () => this.neutron.networks(AbortSignal.timeout(patienceMs)), atMostMs);
  }
}

/** The one network that servers can be on, where there is no choice. */
function onlyOne(all: readonly Network[]): Network | undefined {
  const inner = all.filter((one) => !one['router:external']);
  const [only, ...more] = inner.length === 0 ? all : inner;
  return more.length === 0 ? only : undefined;
}

type Called = { readonly id: string; readonly name: string };

const byNameOrId = <T extends Called>(all: readonly T[], wanted: string): T | undefined =>
  all.find(({ name }) => name === wanted) ?? all.find(({ id }) => id === wanted);
