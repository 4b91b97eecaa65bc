import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { VolumePlace } from '../../shell/volume.js';
import type { Flavor, Leftover, LeftoverKind, Provider, Server, ServerWish, VolumeWish } from '../provider.js';
import { IncusApi } from './api.js';
import { findInstance, makeServer } from './create.js';
import { destroyServer, removeVolume } from './destroy.js';
import { flavorNamed } from './flavors.js';
import { awaitGreeting } from './greeting.js';
import { groundOf } from './ground.js';
import { instancePath, tag } from './names.js';
import { workOn } from './operations.js';
import { translated } from './refusal.js';
import { runs, toServer, wasReady } from './server.js';
import type { IncusSettings } from './settings.js';
import { Instance } from './shapes.js';
import { dropSnapshot, restoreSnapshot, takeSnapshot } from './snapshots.js';
import { enlargeVolume, joinVolume, makeVolume, ourVolumes, placeOf } from './volumes.js';

/** Milliseconds that a look at a server which builds may last: whoever asks about it asks again at once. */
const lookMs = 250;
const greetingMs = 2000;

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translated(what, error);
  }
}

/** Servers on Incus or LXD: containers or virtual machines, made ready by cloud-init. */
export class IncusProvider implements Provider {
  readonly id = 'incus';
  readonly init = 'systemd';
  readonly supportsVolumes = true;
  readonly supportsSnapshots = true;
  readonly defaultFlavor: string;
  private readonly api: IncusApi;

  constructor(private readonly settings: IncusSettings) {
    this.api = new IncusApi(settings.endpoint, settings.project);
    this.defaultFlavor = settings.flavors[0].name;
  }

  refuses({ manager, image }: Parameters<Provider['refuses']>[0]): string | null {
    return image === '' ? `the provider incus needs an image, and this datastore of ${manager} names none` : null;
  }

  flavors(): Promise<readonly Flavor[]> {
    return Promise.resolve(this.settings.flavors);
  }

  async create(wish: ServerWish, signal: AbortSignal): Promise<Server> {
    const flavor = flavorNamed(this.settings.flavors, wish.flavor);
    return told(`cannot make the server ${wish.name}`, async () => {
      const instance = await makeServer(this.api, this.settings, wish, flavor, signal);
      const server = toServer(instance);
      if (server === null) throw new Error(`the instance ${instance.name} has lost its tags`);
      return server;
    });
  }

  async updateStatus(id: string, signal: AbortSignal): Promise<Server | null> {
    return told(`cannot look at the server ${id}`, async () => {
      const instance = await findInstance(this.api, id, signal);
      if (instance?.config[tag.key] === undefined) return null;
      if (wasReady(instance)) return toServer(instance);
      return runs(instance) ? this.greeted(instance, signal) : this.building(instance, signal);
    });
  }

  async destroy(id: string, signal: AbortSignal): Promise<void> {
    await told(`cannot destroy the server ${id}`, async () => {
      await destroyServer(this.api, await this.pool(signal), id, signal);
    });
  }

  async list(signal: AbortSignal): Promise<readonly Server[]> {
    return told('cannot list the servers', async () => {
      const instances = await this.api.get(z.array(Instance), '/instances?recursion=2', signal);
      return instances.map((instance) => toServer(instance)).filter((server) => server !== null);
    });
  }

  /** Volumes: all else that Incus has for a server is part of it. */
  leftovers(signal: AbortSignal): Promise<readonly Leftover[]> {
    return told('cannot list the volumes', async () => ourVolumes(this.api, await this.pool(signal), signal));
  }

  async removeLeftover(kind: LeftoverKind, id: string, signal: AbortSignal): Promise<void> {
    if (kind === 'VOLUME') await this.deleteVolume(id, signal);
  }

  createVolume(wish: VolumeWish, signal: AbortSignal): Promise<string> {
    const make = async () => makeVolume(this.api, await this.pool(signal), this.settings.type, wish, signal);
    return told(`cannot make the volume ${wish.key}`, make);
  }

  attachVolume(server: string, volume: string, signal: AbortSignal): Promise<void> {
    const attach = async () => joinVolume(this.api, await this.pool(signal), server, volume, signal);
    return told(`cannot attach the volume ${volume} to the server ${server}`, attach);
  }

  volumePlace(volume: string): VolumePlace {
    return placeOf(volume, this.settings.type);
  }

  growVolume(volume: string, sizeGb: number, signal: AbortSignal): Promise<void> {
    const grow = async () => enlargeVolume(this.api, await this.pool(signal), volume, sizeGb, signal);
    return told(`cannot grow the volume ${volume}`, grow);
  }

  deleteVolume(volume: string, signal: AbortSignal): Promise<void> {
    const remove = async () => removeVolume(this.api, await this.pool(signal), volume, signal);
    return told(`cannot delete the volume ${volume}`, remove);
  }

  snapshot(server: string, name: string, signal: AbortSignal): Promise<string> {
    const take = async () => takeSnapshot(this.api, await this.pool(signal), server, name, signal);
    return told(`cannot take a snapshot of the server ${server}`, take);
  }

  restoreSnapshot(snapshot: string, signal: AbortSignal): Promise<void> {
    const restore = async () => restoreSnapshot(this.api, await this.pool(signal), snapshot, signal);
    return told(`cannot restore the snapshot ${snapshot}`, restore);
  }

  deleteSnapshot(snapshot: string, signal: AbortSignal): Promise<void> {
    const remove = async () => dropSnapshot(this.api, await this.pool(signal), snapshot, signal);
    return told(`cannot delete the snapshot ${snapshot}`, remove);
  }

  /** Incus keeps the servers itself. */
  adopt(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.api.close();
    return Promise.resolve();
  }

  /** A server that runs is ready once SSH greets: Incus knows nothing of what goes on inside. */
  private async greeted(instance: Instance, signal: AbortSignal): Promise<Server | null> {
    const server = toServer(instance);
    if (server === null) return null;
    if (server.addr === null) {
      await delay(lookMs, undefined, { signal });
      return server;
    }
    if (!(await awaitGreeting(server.addr, server.sshPort, greetingMs, signal))) return server;
    const config = { [tag.address]: server.addr };
    await this.api.change('PATCH', instancePath(instance.name), signal, { config });
    return toServer({ ...instance, config: { ...instance.config, ...config } });
  }

  private async building(instance: Instance, signal: AbortSignal): Promise<Server | null> {
    const [work] = await workOn(this.api, instance.name, signal);
    await delay(lookMs, undefined, { signal });
    return toServer(instance, work);
  }

  private async pool(signal: AbortSignal): Promise<string> {
    return (await groundOf(this.api, this.settings, signal)).pool;
  }
}
