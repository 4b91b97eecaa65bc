import type { DataSource } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Datastore } from '../../schema/datastore.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { Instance } from '../../schema/instance.js';
import { newId } from '../../src/ids.js';
import { addInstances } from '../../src/clusters/new-instances.js';

export async function makeDatastore(db: DataSource): Promise<Datastore> {
  const row = { manager: 'postgres', version: '17', image: newId(), packages: [], createdAt: new Date() };
  const datastore = Object.assign(new Datastore(), { id: newId(), ...row });
  await db.manager.insert(Datastore, datastore);
  return datastore;
}

/** A cluster with instances, as rows alone: nothing is behind them. */
export async function makeCluster(
  db: DataSource,
  size = 1,
  more: Partial<Cluster> = {},
): Promise<{ readonly cluster: Cluster; readonly instances: Instance[] }> {
  const id = newId();
  const cluster = Object.assign(new Cluster(), {
    id,
    name: `cluster ${id}`,
    datastoreId: more.datastoreId ?? (await makeDatastore(db)).id,
    size,
    status: ClusterStatus.ACTIVE,
    message: '',
    provider: 'local',
    flavor: 'small',
    settings: {},
    settled: null,
    settledMessage: null,
    caCertificate: null,
    createdAt: new Date(),
    deletedAt: null,
    ...more,
  });
  const instances = await db.transaction(async (tx) => {
    await tx.insert(Cluster, cluster);
    return addInstances(tx, cluster, size, 'dtrove');
  });
  return { cluster, instances };
}
