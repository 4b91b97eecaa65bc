import { IsNull } from 'typeorm';
import { Cluster } from '../../../schema/cluster.js';
import { ClusterStatus } from '../../../schema/enums.js';
import { Instance } from '../../../schema/instance.js';
import { endSchedules, removalOf } from '../../backups/of-cluster.js';
import type { OperationKind } from '../../operations/work.js';
import type { Platform } from '../platform.js';
import { setCluster } from '../states.js';
import { forgetCluster } from '../steps/forget-cluster.js';
import { forgetKeys } from '../steps/key-steps.js';
import { destroyServer } from '../steps/server-steps.js';
import { wiping } from '../steps/wipe-steps.js';
import { clusterIdOf, showOnInstance } from './shared.js';

/** All servers of a cluster, side by side, until they are gone; then its secrets. Works from any state it is in. */
export const deleteKind = (platform: Platform): OperationKind => ({
  kind: 'cluster.delete',
  stages: [
    {
      name: 'destroy',
      plan: async (db, operation) => {
        const clusterId = clusterIdOf(operation);
        const { provider } = await db.findOneByOrFail(Cluster, { id: clusterId });
        const instances = await db.findBy(Instance, { clusterId, deletedAt: IsNull() });
        const wipe = await wiping(platform, db, clusterId);
        return [instances.map((instance) => destroyServer(platform, provider, instance, wipe(instance)))];
      },
    },
    {
      name: 'forget',
      plan: async (db, operation) => {
        const clusterId = clusterIdOf(operation);
        const instances = await db.findBy(Instance, { clusterId });
        return [
          forgetKeys(
            clusterId,
            instances.map(({ id }) => id),
          ),
        ];
      },
    },
    forgetCluster(platform),
    { name: 'backups', plan: (db, operation) => removalOf(platform, db, clusterIdOf(operation)) },
  ],
  stepChanged: showOnInstance,
  succeeded: async (tx, operation) => {
    const clusterId = clusterIdOf(operation);
    await endSchedules(tx, platform, clusterId);
    await setCluster(tx, clusterId, { status: ClusterStatus.DELETED, message: '', deletedAt: new Date() });
  },
  stopped: async (tx, operation, { message }) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.ERROR, message });
  },
  retried: async (tx, operation) => {
    await setCluster(tx, clusterIdOf(operation), { status: ClusterStatus.DELETING, message: '' });
  },
});
