import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../errors.js';
import type { VolumePlace } from '../../shell/volume.js';
import type { Flavor, Leftover, LeftoverKind, Provider, Server, ServerWish, VolumeWish } from '../provider.js';
import { openCloud, type Cloud } from './cloud.js';
import { makeServer } from './create.js';
import { destroyServer } from './destroy.js';
import { leftoversIn, removeLeftover } from './leftovers.js';
import { nameOf } from './names.js';
import { translated } from './refusal.js';
import { Roster } from './roster.js';
import { toServer } from './server.js';
import type { OpenStackSettings } from './settings.js';
import { removeShared } from './shared.js';
import { dropSnapshot, takeSnapshot } from './snapshots.js';
import { dropVolumeSnapshot, takeVolumeSnapshot } from './volume-snapshots.js';
import { dropVolume, enlargeVolume, joinVolume, makeVolume } from './volumes.js';

/** Milliseconds that a look at a server which builds may last: whoever asks about it asks again at once. */
const lookMs = 400;

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(what, error);
  }
}

/** Servers on OpenStack: Nova's, with ports of Neutron, made ready by cloud-init. */
export class OpenStackProvider implements Provider {
  readonly id = 'openstack';
  readonly init = 'systemd';
  readonly supportsVolumes = true;
  readonly supportsSnapshots = true;
  private readonly cloud: Cloud;
  private readonly roster: Roster;
  private smallest = 'smallest';

  constructor(settings: OpenStackSettings) {
    this.cloud = openCloud(settings);
    this.roster = new Roster(this.cloud.nova);
  }

  /** As the settings say; else known as soon as Nova has been asked for its flavors. */
  get defaultFlavor(): string {
    return this.cloud.settings.flavor || this.smallest;
  }

  async refuses({ manager, image }: Parameters<Provider['refuses']>[0]): Promise<string | null> {
    if (image === '') return `the provider openstack needs an image, and this datastore of ${manager} names none`;
    try {
      await this.cloud.ground.image(image);
      return null;
    } catch (error) {
      if (error instanceof DomainError && error.code === 'BAD_USER_INPUT') return error.message;
      throw translated(`cannot look for the image ${image}`, error);
    }
  }

  flavors(): Promise<readonly Flavor[]> {
    return told('cannot list the flavors', async () => {
      const flavors = await this.cloud.ground.flavors();
      this.smallest = (await this.cloud.ground.defaultFlavor()) ?? this.smallest;
      return flavors.map(({ name, cpus, memoryMb, diskGb }) => ({ name, cpus, memoryMb, diskGb }));
    });
  }

  async create(wish: ServerWish, signal: AbortSignal): Promise<Server> {
    signal.throwIfAborted();
    return told(`cannot make the server ${wish.name}`, () => makeServer(this.cloud, wish, signal));
  }

  async updateStatus(id: string, signal: AbortSignal): Promise<Server | null> {
    return told(`cannot look at the server ${id}`, async () => {
      const listed = await this.roster.find(id, signal);
      const isWrong = listed?.status === 'ERROR';
      const found = isWrong ? await this.cloud.nova.byId(listed.id, signal) : listed;
      const server = found === null ? null : toServer(found);
      if (server?.state === 'BUILD') await delay(lookMs, undefined, { signal });
      return server;
    });
  }

  idOf(key: string): string {
    return nameOf(key);
  }

  destroy(id: string, signal: AbortSignal): Promise<void> {
    return told(`cannot destroy the server ${id}`, () => destroyServer(this.cloud, id, signal));
  }

  forgetCluster(clusterId: string, signal: AbortSignal): Promise<void> {
    return told(`cannot remove what the cluster ${clusterId} shared`, () =>
      removeShared(this.cloud, clusterId, signal),
    );
  }

  async list(signal: AbortSignal): Promise<readonly Server[]> {
    return told('cannot list the servers', async () => {
      const servers = await this.cloud.nova.all(signal);
      return servers.map(toServer).filter((server) => server !== null);
    });
  }

  leftovers(signal: AbortSignal): Promise<readonly Leftover[]> {
    return told('cannot list what is left', () => leftoversIn(this.cloud, signal));
  }

  removeLeftover(kind: LeftoverKind, id: string, signal: AbortSignal): Promise<void> {
    return told(`cannot remove ${id}`, () => removeLeftover(this.cloud, kind, id, signal));
  }

  createVolume(wish: VolumeWish, signal: AbortSignal): Promise<string> {
    return told(`cannot make the volume ${wish.key}`, () => makeVolume(this.cloud, wish, signal));
  }

  attachVolume(server: string, volume: string, signal: AbortSignal): Promise<void> {
    const what = `cannot attach the volume ${volume} to the server ${server}`;
    return told(what, () => joinVolume(this.cloud, server, volume, signal));
  }

  /** A disk bears its volume's id. */
  volumePlace(volume: string): VolumePlace {
    return { kind: 'disk', serial: volume };
  }

  growVolume(volume: string, sizeGb: number, signal: AbortSignal): Promise<void> {
    return told(`cannot grow the volume ${volume}`, () => enlargeVolume(this.cloud, volume, sizeGb, signal));
  }

  deleteVolume(volume: string, signal: AbortSignal): Promise<void> {
    return told(`cannot delete the volume ${volume}`, () => dropVolume(this.cloud, volume, signal));
  }

  snapshotVolume(volume: string, name: string, signal: AbortSignal): Promise<string> {
    return told(`cannot take a snapshot of the volume ${volume}`, () =>
      takeVolumeSnapshot(this.cloud, volume, name, signal),
    );
  }

  deleteVolumeSnapshot(snapshot: string, signal: AbortSignal): Promise<void> {
    return told(`cannot delete the snapshot ${snapshot}`, () => dropVolumeSnapshot(this.cloud, snapshot, signal));
  }

  snapshot(server: string, name: string, signal: AbortSignal): Promise<string> {
    return told(`cannot take a snapshot of the server ${server}`, () => takeSnapshot(this.cloud, server, name, signal));
  }

  deleteSnapshot(snapshot: string, signal: AbortSignal): Promise<void> {
    return told(`cannot delete the snapshot ${snapshot}`, () => dropSnapshot(this.cloud, snapshot, signal));
  }

  /** OpenStack keeps the servers itself. */
  adopt(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.cloud.close();
    return Promise.resolve();
  }
}
