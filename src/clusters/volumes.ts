import { Cluster } from '../../schema/cluster.js';
import type { Datastore } from '../../schema/datastore.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { GrowVolumesInput } from '../../schema/inputs.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import type { Operations } from '../operations/operations.js';
import type { Provider } from '../providers/provider.js';
import { assertServing, change, lockCluster, payloadOf } from './change.js';
import { providerOf, type Platform } from './platform.js';
import { setCluster } from './states.js';
import { GrowVolumesWish, parseWish } from './wishes.js';

const refused = (words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `volumeGb: ${words}`, { field: 'volumeGb' });

/** Throws BAD_USER_INPUT where volumes cannot carry the data of that datastore's servers. */
export function assertVolumes(
  { managers }: Pick<Platform, 'managers'>,
  provider: Provider,
  { manager }: Pick<Datastore, 'manager'>,
): void {
  if (!provider.supportsVolumes || provider.volumePlace === undefined)
    throw refused(
      `the provider ${provider.id} has no volumes; leave it out, and the data lie on the servers’ own disks`,
    );
  if (managers.managerOf(manager).dataRoot === undefined)
    throw refused(`the manager ${manager} does not say where its data are (dataRoot), so no volume can carry them`);
}

/** Makes the volumes of a cluster larger, while they are in use. */
export function growVolumes(
  platform: Platform,
  operations: Operations,
  input: GrowVolumesInput,
): Promise<ClusterOperationPayload> {
  const { idempotencyKey, ...wish } = parseWish(GrowVolumesWish, input);
  return change(platform, operations, {
    mutation: 'growVolumes',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const cluster = await lockCluster(tx, wish.clusterId, 'clusterId');
      const { volumeGb: now } = cluster;
      if (now === null)
        throw new DomainError('BAD_USER_INPUT', 'this cluster has no volumes: it was made without volumeGb', {
          field: 'clusterId',
        });
      if (providerOf(platform, cluster.provider).growVolume === undefined)
        throw refused(`the volumes of the provider ${cluster.provider} cannot grow`);
      if (wish.volumeGb < now) throw refused(`the volumes have ${now} GiB, and cannot shrink`);
      await assertServing(tx, cluster, 'clusterId');
      await tx.update(Cluster, cluster.id, { volumeGb: wish.volumeGb });
      const updating = await setCluster(tx, cluster.id, { status: ClusterStatus.UPDATING, message: '' });
      const kind = 'cluster.growVolumes';
      return payloadOf(updating, await operations.create(tx, { kind, clusterId: cluster.id, input: wish }));
    },
  });
}
