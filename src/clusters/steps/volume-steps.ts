import { Cluster } from '../../../schema/cluster.js';
import { Datastore } from '../../../schema/datastore.js';
import { Instance } from '../../../schema/instance.js';
import { DomainError } from '../../errors.js';
import type { WorkLane, WorkStep } from '../../operations/work.js';
import type { Provider } from '../../providers/provider.js';
import { volume, type Carrier } from '../../shell/volume.js';
import { providerOf, type Platform } from '../platform.js';
import { setInstance } from '../states.js';
import { remoteStep } from './manager-steps.js';

interface Place {
  readonly instance: Instance;
  readonly cluster: Cluster;
  readonly provider: Provider;
  /** The directory that holds all of its data. */
  readonly root: string;
}

async function placeOf(platform: Platform, instanceId: string): Promise<Place> {
  const { manager: db } = platform.db;
  const instance = await db.findOneByOrFail(Instance, { id: instanceId });
  const cluster = await db.findOneByOrFail(Cluster, { id: instance.clusterId });
  const datastore = await db.findOneByOrFail(Datastore, { id: cluster.datastoreId });
  const { dataRoot, id } = platform.managers.managerOf(datastore.manager);
  if (dataRoot === undefined)
    throw new DomainError('NOT_SUPPORTED', `the manager ${id} does not say where its data are (dataRoot)`);
  return { instance, cluster, provider: providerOf(platform, cluster.provider), root: dataRoot };
}

const volumeOf = ({ name, volume: id }: Instance): string => {
  if (id === null) throw new DomainError('STEP_FAILED', `${name} has no volume`);
  return id;
};

/** The volume as its server has it. Its file system's UUID is the instance's id: it is found again by that. */
function carrierOf({ provider, instance, root }: Place): Carrier {
  const place = provider.volumePlace?.(volumeOf(instance));
  if (place !== undefined) return { place, uuid: instance.id, root };
  throw new DomainError('NOT_SUPPORTED', `the provider ${provider.id} does not say where servers see their volumes`);
}

/** The volume of one instance, made before its server: it belongs to that from its beginning, and goes with it. */
export const createVolume = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'create volume',
  run: async ({ signal, write }) => {
    const { instance, cluster, provider } = await placeOf(platform, instanceId);
    if (instance.volume !== null) return 'already done';
    const whose = { serverKey: instance.id, clusterId: cluster.id, owner: platform.ownId };
    const wish = { key: instance.id, sizeGb: cluster.volumeGb ?? 1, ...whose };
    const id = await provider.createVolume(wish, signal);
    await write((tx) => setInstance(tx, instanceId, { volume: id }));
    return 'applied';
  },
});

export const attachVolume = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'attach volume',
  run: async ({ signal }) => {
    const { instance, provider } = await placeOf(platform, instanceId);
    await provider.attachVolume(instance.server ?? '', volumeOf(instance), signal);
    return 'applied';
  },
});

/** The volume, with a file system, where the data are going to be. */
export const mountVolume = (platform: Platform, instance: Instance): WorkStep => ({
  name: 'mount volume',
  run: async (context) => {
    const place = await placeOf(platform, instance.id);
    const carrier = carrierOf(place);
    const step = { name: 'mount volume', check: volume.isMounted(carrier), apply: [volume.mount(carrier)] };
    return remoteStep(platform, place.instance, step, []).run(context);
  },
});

/** The volume of one instance grows, then what is on it; null where it has none. */
export function growLane(platform: Platform, { id, name, volume: owned }: Instance): WorkLane | null {
  if (owned === null) return null;
  return { instanceId: id, on: name, steps: [growVolume(platform, id), growFileSystem(platform, id)] };
}

const growVolume = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'grow volume',
  run: async ({ signal }) => {
    const { instance, cluster, provider } = await placeOf(platform, instanceId);
    await provider.growVolume?.(volumeOf(instance), cluster.volumeGb ?? 0, signal);
    return 'applied';
  },
});

const growFileSystem = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'grow file system',
  run: async (context) => {
    const place = await placeOf(platform, instanceId);
    const carrier = carrierOf(place);
    // A directory is as large as its volume.
    if (carrier.place.kind === 'directory') return 'already done';
    const { instance, cluster } = place;
    const step = {
      name: 'grow file system',
      check: volume.isFilled(carrier, cluster.volumeGb ?? 0),
      apply: [volume.fill(carrier)],
      // The server hears of its disk's new size from the hypervisor.
      settle: { timeoutMs: 30_000 },
    };
    return remoteStep(platform, instance, step, []).run(context);
  },
});
