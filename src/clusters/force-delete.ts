import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus } from '../../schema/enums.js';
import { ForceDeletePayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { refuseSecond } from '../operations/working.js';
import { change, lockCluster, payloadOf } from './change.js';
import type { Platform } from './platform.js';
import { setCluster } from './states.js';

/** How long an operation that works on the cluster may take to heed its cancel, in milliseconds. */
const patience = 5000;

/** Gets rid of a cluster whatever state it is in, also of one that an operation works on. */
export async function forceDelete(platform: Platform, operations: Operations, id: string): Promise<ForceDeletePayload> {
  const found = isId(id) ? await platform.db.manager.findOneBy(Cluster, { id }) : null;
  if (found === null) throw new DomainError('NOT_FOUND', `there is no cluster ${id}`, { field: 'id' });
  const ended = await operations.endWorking(found.id, patience);
  const { cluster, operation } = await change(platform, operations, {
    mutation: 'forceDeleteCluster',
    wish: { id },
    make: async (tx) => {
      const locked = await lockCluster(tx, id, 'id');
      await refuseSecond(tx, locked.id, 'id');
      const deleting = await setCluster(tx, locked.id, { status: ClusterStatus.DELETING, message: '' });
      const work = { kind: 'cluster.forceDelete', clusterId: locked.id, input: { id: locked.id } };
      return payloadOf(deleting, await operations.create(tx, work));
    },
  });
  return Object.assign(new ForceDeletePayload(), { cluster, operation, ended });
}
