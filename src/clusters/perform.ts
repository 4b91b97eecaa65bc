import { Instance } from '../../schema/instance.js';
import { ClusterStatus } from '../../schema/enums.js';
import type { PerformInput } from '../../schema/inputs.js';
import type { ClusterOperationPayload } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { refuseSecond } from '../operations/working.js';
import { change, lockCluster, payloadOf } from './change.js';
import type { Platform } from './platform.js';
import { parseWish, PerformWish } from './wishes.js';

const field = 'instanceId';

/** Records the administrator's commands for one server. The cluster stays as it is, and may be in trouble. */
export function perform(
  platform: Platform,
  operations: Operations,
  input: PerformInput,
): Promise<ClusterOperationPayload> {
  const { idempotencyKey, ...wish } = parseWish(PerformWish, input);
  return change(platform, operations, {
    mutation: 'perform',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const { instanceId: id } = wish;
      const instance = isId(id) ? await tx.findOneBy(Instance, { id }) : null;
      if (instance === null) throw new DomainError('NOT_FOUND', `there is no instance ${id}`, { field });
      const { name, deletedAt, clusterId } = instance;
      if (deletedAt !== null) throw new DomainError('NOT_FOUND', `instance ${name} has been deleted`, { field });
      const cluster = await lockCluster(tx, clusterId, field);
      await refuseSecond(tx, clusterId, field);
      if (cluster.status === ClusterStatus.DELETING)
        throw new DomainError('CONFLICT', `cluster ${cluster.name} is being deleted`, { field });
      if (instance.addr === null || instance.hostKey === null || instance.facts === null)
        throw new DomainError(
          'CONFLICT',
          `instance ${name} cannot be logged in to yet: it has no server that was reached`,
          {
            field,
          },
        );
      return payloadOf(cluster, await operations.create(tx, { kind: 'instance.perform', clusterId, input: wish }));
    },
  });
}
