import type { EntityManager } from 'typeorm';
import type { Cluster } from '../../schema/cluster.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { assertServing, change, lockCluster, lockServing, payloadOf } from '../clusters/change.js';
import { assertFits } from '../clusters/configured.js';
import type { Platform } from '../clusters/platform.js';
import { setCluster } from '../clusters/states.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import { checkValues, knownOf } from './check-values.js';
import { configure } from './kind.js';
import { findConfiguration, findOffer, findVersion } from './rows.js';
import type { Target } from './target.js';

export interface AttachWish {
  readonly clusterId: string;
  readonly configurationId: string;
  /** The newest unless given. */
  readonly version: number | null;
  readonly idempotencyKey: string | null;
}

/** What attaching comes to. Throws where the configuration, or the version, is none for that cluster. */
export async function attachedTarget(
  { managers }: Pick<Platform, 'managers'>,
  tx: EntityManager,
  cluster: Cluster,
  { configurationId, version: wanted }: Pick<AttachWish, 'configurationId' | 'version'>,
): Promise<Target> {
  // Locked: it must not be deleted before the operation is seen.
  const configuration = await findConfiguration(tx, configurationId, 'configurationId', 'pessimistic_read');
  const datastore = await findOffer(tx, cluster.datastoreId);
  await assertFits(tx, configuration, datastore);
  const { version, values } = await findVersion(tx, configuration, wanted ?? configuration.version);
  // An older one may hold what is refused by now.
  checkValues(knownOf(managers.managerOf(datastore.manager), datastore.version, 'clusterId'), { ...values });
  return { clusterId: cluster.id, configurationId: configuration.id, version };
}

/** Brings a cluster onto a configuration. */
export function attach(
  platform: Platform,
  operations: Operations,
  { idempotencyKey, ...wish }: AttachWish,
): Promise<ClusterOperationPayload> {
  return change(platform, operations, {
    mutation: 'attachConfiguration',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const cluster = await lockCluster(tx, wish.clusterId, 'clusterId');
      const target = await attachedTarget(platform, tx, cluster, wish);
      await assertServing(tx, cluster, 'clusterId');
      return begin(tx, operations, target);
    },
  });
}

/** Brings a cluster off its configuration, back to what it was made with. */
export function detach(
  platform: Platform,
  operations: Operations,
  clusterId: string,
): Promise<ClusterOperationPayload> {
  return change(platform, operations, {
    mutation: 'detachConfiguration',
    wish: { clusterId },
    make: async (tx) => {
      const cluster = await lockServing(tx, clusterId, 'clusterId');
      if (cluster.configurationId === null)
        throw new DomainError('CONFLICT', `no configuration is attached to the cluster ${cluster.name}`, {
          field: 'clusterId',
        });
      return begin(tx, operations, { clusterId: cluster.id, configurationId: null, version: null });
    },
  });
}

async function begin(tx: EntityManager, operations: Operations, target: Target): Promise<ClusterOperationPayload> {
  const { clusterId } = target;
  const cluster = await setCluster(tx, clusterId, { status: ClusterStatus.UPDATING, message: '' });
  return payloadOf(cluster, await operations.create(tx, { kind: configure, clusterId, input: { ...target } }));
}
