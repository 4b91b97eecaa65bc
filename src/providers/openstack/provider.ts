import { DomainError } from '../../errors.js';
import type { VolumePlace } from '../../shell/volume.js';
import type { Flavor, Leftover, LeftoverKind, Provider, Server, ServerWish, VolumeWish } from '../provider.js';
import { Builds } from './builds.js';
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
  private readonly builds = new Builds();
  /** As the settings say; its name, or which one it is, is known as soon as Nova has been asked for its flavors. */
  defaultFlavor: string;

  constructor(settings: OpenStackSettings) {
    this.cloud = openCloud(settings);
    this.roster = new Roster(this.cloud.nova);
    this.defaultFlavor = settings.flavor || 'smallest';
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
      this.defaultFlavor = (await this.cloud.ground.defaultFlavor()) ?? this.defaultFlavor;
      return flavors;
    });
  }

  async create(wish: ServerWish, signal: AbortSignal): Promise<Server> {
    signal.throwIfAborted();
    return told(`cannot make the server ${wish.name}`, async () => {
      const server = await makeServer(this.cloud, wish, signal);
      if (server.state === 'BUILD') this.builds.begin(server.id);
      return server;
    });
  }

  /** Answers about a server that builds when it is worth looking at it: whoever asks again at once asks no more of Nova. */
  async updateStatus(id: string, signal: AbortSignal): Promise<Server | null> {
    return told(`cannot look at the server ${id}`, async () => {
      await this.builds.turn(id, signal);
      const listed = await this.roster.find(id, signal);
      const isWrong = listed?.status === 'ERROR';
      const found = isWrong ? await this.cloud.nova.byId(listed.id, signal) : listed;
      const server = found === null ? null : toServer(found);
      this.builds.note(id, server?.state ?? null);
      return server;
    });
  }

  idOf(key: string): string {
    return nameOf(key);
  }

  destroy(id: string, signal: AbortSignal): Promise<void> {
    this.builds.forget(id);
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

  /** OpenStack keeps the servers itself. What they stand on is asked for in the meantime, so that the first of them need not wait. */
  adopt(): Promise<void> {
    // Where it cannot be had now, whoever makes a server is told why.
    void Promise.allSettled([this.flavors(), this.cloud.ground.learn()]);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.cloud.close();
    return Promise.resolve();
  }
}
