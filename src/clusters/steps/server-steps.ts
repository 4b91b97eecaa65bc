import { setTimeout as delay } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import { Datastore } from '../../../schema/datastore.js';
import { ServerStatus } from '../../../schema/enums.js';
import { Instance } from '../../../schema/instance.js';
import { Key } from '../../../schema/key.js';
import { DomainError } from '../../errors.js';
import type { StepContext, WorkLane, WorkStep } from '../../operations/work.js';
import type { Provider, Server, ServerWish } from '../../providers/provider.js';
import { providerOf, type Platform } from '../platform.js';
import { openSecrets } from '../secrets.js';
import { setInstance } from '../states.js';
import { connect, issueCertificate } from './first-contact.js';
import { markDeleted } from './mark-deleted.js';
import { attachVolume, createVolume, mountVolume } from './volume-steps.js';

/** From nothing to servers that can be logged in to, for some instances of a cluster, side by side; where it has volumes, each with its own. */
export async function serverLanes(
  platform: Platform,
  db: EntityManager,
  clusterId: string,
  instances: readonly Instance[],
): Promise<WorkLane[]> {
  const { volumeGb } = await db.findOneByOrFail(Cluster, { id: clusterId });
  return instances.map((instance) => {
    const { id } = instance;
    const withVolume = (...steps: readonly WorkStep[]) => (volumeGb === null ? [] : steps);
    return {
      instanceId: id,
      on: instance.name,
      steps: [
        ...withVolume(createVolume(platform, id)),
        createServer(platform, id),
        waitForServer(platform, id),
        ...withVolume(attachVolume(platform, id)),
        connect(platform, id),
        ...withVolume(mountVolume(platform, instance)),
        issueCertificate(platform, id),
      ],
    };
  });
}

const createServer = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'create server',
  run: async ({ signal, write }) => {
    const place = await placeOf(platform, platform.db.manager, instanceId);
    const { instance, provider, defaultPort } = place;
    if (instance.server !== null) return 'already done';
    const server = await provider.create(await wishOf(platform, platform.db.manager, place), signal);
    await write((tx) => setInstance(tx, instanceId, { server: server.id, ...seen(server, defaultPort) }));
    return 'applied';
  },
});

const waitForServer = (platform: Platform, instanceId: string): WorkStep => ({
  name: 'wait for server',
  run: async ({ signal, write, output }) => {
    const place = await placeOf(platform, platform.db.manager, instanceId);
    const { instance, provider, defaultPort } = place;
    let made = 0;
    const makeAgain = async (): Promise<void> => {
      made += 1;
      const server = await provider.create(await wishOf(platform, platform.db.manager, place), signal);
      const now = { server: server.id, trouble: '', ...seen(server, defaultPort) };
      await write((tx) => setInstance(tx, instanceId, now));
      Object.assign(instance, now);
    };
    // Tried again after it has failed: the provider makes another attempt.
    if (instance.serverStatus === ServerStatus.ERROR) await makeAgain();
    for (let pause = 100; ; pause = Math.min(pause * 1.5, 3000)) {
      const server = await provider.updateStatus(instance.server ?? '', signal);
      if (server === null) {
        const words = `${provider.id} no longer knows the server ${instance.server ?? ''}`;
        if (made > 0) throw new DomainError('PROVIDER_FAILED', words);
        // Nobody has been on it yet, so nothing is lost with it.
        output(`${words}; it is made again\n`);
        await makeAgain();
        continue;
      }
      await noteChange({ write }, instance, seen(server, defaultPort));
      if (server.state === 'ERROR')
        throw new DomainError(server.fault ?? 'PROVIDER_FAILED', `${provider.id}: ${server.message}`);
      if (server.state === 'ACTIVE' && server.addr !== null) return 'applied';
      await delay(pause, undefined, { signal });
    }
  },
});

/** Destroys an instance's server, after what `first` does: also one whose creation was never recorded, which its key finds. */
export const destroyServer = (
  platform: Platform,
  providerId: string,
  instance: Instance,
  first: readonly WorkStep[] = [],
): WorkLane => ({
  instanceId: instance.id,
  on: instance.name,
  steps: [
    ...first,
    {
      name: 'destroy server',
      run: async ({ signal, write }) => {
        const provider = providerOf(platform, providerId);
        const id =
          instance.server ??
          provider.idOf?.(instance.id) ??
          (await provider.list(signal)).find(({ key }) => key === instance.id)?.id;
        if (id !== undefined) await provider.destroy(id, signal);
        else if (instance.volume !== null) await provider.deleteVolume?.(instance.volume, signal);
        if (instance.addr !== null && instance.sshPort !== null)
          platform.remotes.forget(instance.addr, instance.sshPort);
        await write((tx) => markDeleted(tx, instance.id));
        return id === undefined ? 'already done' : 'applied';
      },
    },
  ],
});

interface Place {
  readonly instance: Instance;
  readonly cluster: Cluster;
  readonly datastore: Datastore;
  readonly provider: Provider;
  readonly defaultPort: number;
}

async function placeOf(platform: Platform, db: EntityManager, instanceId: string): Promise<Place> {
  const instance = await db.findOneByOrFail(Instance, { id: instanceId });
  const cluster = await db.findOneByOrFail(Cluster, { id: instance.clusterId });
  const datastore = await db.findOneByOrFail(Datastore, { id: cluster.datastoreId });
  const defaultPort = platform.managers.managerOf(datastore.manager).port;
  return { instance, cluster, datastore, provider: providerOf(platform, cluster.provider), defaultPort };
}

async function wishOf(
  platform: Platform,
  db: EntityManager,
  { instance, cluster, datastore, defaultPort }: Place,
): Promise<ServerWish> {
  const key = await db.findOneByOrFail(Key, { clusterId: cluster.id });
  const secret = await openSecrets(db, platform.vault, [instance.id]);
  return {
    key: instance.id,
    name: instance.name,
    clusterId: cluster.id,
    owner: platform.ownId,
    flavor: cluster.flavor,
    image: datastore.image,
    user: instance.user,
    authorizedKey: key.publicKey,
    hostKey: { publicKey: instance.hostKey ?? '', privateKey: secret(instance.id, 'host-key') },
    databasePort: defaultPort,
  };
}

const seen = ({ state, addr, sshPort, port, hostKey, user }: Server, defaultPort: number) => ({
  serverStatus: ServerStatus[state],
  addr,
  sshPort,
  port: port ?? defaultPort,
  // A server that was there before has a host key and a user of its own.
  ...(hostKey !== undefined && { hostKey }),
  ...(user !== undefined && { user }),
});

/** Writes only what is news: a server that builds for minutes is asked often. */
async function noteChange(
  { write }: Pick<StepContext, 'write'>,
  instance: Instance,
  now: ReturnType<typeof seen>,
): Promise<void> {
  const { serverStatus, addr, sshPort, port } = instance;
  if (serverStatus === now.serverStatus && addr === now.addr && sshPort === now.sshPort && port === now.port) return;
  await write((tx) => setInstance(tx, instance.id, now));
  Object.assign(instance, now);
}
