import type { EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Datastore } from '../../schema/datastore.js';
import { InstanceRole } from '../../schema/enums.js';
import type { Instance } from '../../schema/instance.js';
import type { ClusterView, Manager, Node, ServerFacts } from '../datastores/datastore.js';
import { providerOf, type Platform } from './platform.js';
import { openSecrets } from './secrets.js';
import { configuredValues, withValues } from './configured.js';
import { parseSettings } from './settings.js';
import { liveInstances } from './states.js';

export const adminUser = 'admin';
export const replicationUser = 'replicator';

/** A cluster as its manager sees it, from the rows. */
export interface Loaded {
  readonly manager: Manager;
  readonly view: ClusterView;
  readonly instances: readonly Instance[];
}

/** Loads the view; what is not known yet (address, facts, certificates) is blank, which is enough to foresee the steps. `among`: these instances in place of those that are not deleted; `values`: these of a configuration in place of the cluster's own. */
export async function loadView(
  platform: Platform,
  db: EntityManager,
  clusterId: string,
  among?: readonly Instance[],
  values?: object,
): Promise<Loaded> {
  const cluster = await db.findOneByOrFail(Cluster, { id: clusterId });
  const datastore = await db.findOneByOrFail(Datastore, { id: cluster.datastoreId });
  const instances = among ?? (await liveInstances(db, clusterId));
  const manager = platform.managers.managerOf(datastore.manager);
  const secret = await openSecrets(db, platform.vault, [clusterId, ...instances.map(({ id }) => id)]);
  const { init } = providerOf(platform, cluster.provider);
  const nodes = instances.map((instance): Node => ({
    id: instance.id,
    name: instance.name,
    role: instance.role === InstanceRole.PRIMARY ? 'PRIMARY' : 'REPLICA',
    addr: instance.addr ?? '',
    port: instance.port ?? manager.port,
    facts: { ...unknownFacts(init), ...instance.facts },
    tls: { certificate: instance.certificate ?? '', key: secret(instance.id, 'tls-key') },
  }));
  const view: ClusterView = {
    id: cluster.id,
    name: cluster.name,
    version: datastore.version,
    packages: datastore.packages,
    nodes,
    ca: cluster.caCertificate ?? '',
    admin: { username: adminUser, password: secret(clusterId, 'admin-password') },
    replication: { username: replicationUser, password: secret(clusterId, 'replication-password') },
    settings: parseSettings(manager, withValues(cluster.settings, values ?? (await configuredValues(db, cluster)))),
  };
  return { manager, view, instances };
}

const unknownFacts = (init: ServerFacts['init']): ServerFacts => ({
  init,
  os: '',
  osVersion: '',
  osName: '',
  packageManager: init === 'local' ? 'none' : 'apt',
  cpus: 1,
  memoryMb: 1024,
  diskGb: 0,
  home: '/nonexistent',
  runDir: '/nonexistent',
});
