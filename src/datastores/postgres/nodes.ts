import { DomainError } from '../../errors.js';
import type { ClusterView, Node } from '../datastore.js';

/** The only primary of a cluster. Throws INTERNAL where there is none or more than one. */
export function primaryOf({ name, nodes }: ClusterView): Node {
  const [primary, ...more] = nodes.filter(({ role }) => role === 'PRIMARY');
  if (primary === undefined || more.length > 0) {
    const many = primary === undefined ? 'no primary' : 'more than one primary';
    throw new DomainError('INTERNAL', `the cluster ${name} has ${many}`);
  }
  return primary;
}

export const replicasOf = ({ nodes }: ClusterView): readonly Node[] => nodes.filter(({ role }) => role === 'REPLICA');

/**
 * A replica's name to its primary: of its replication slot and its connection. The end of the id is used, since the
 * beginning of a UUID v7 is the time, which the nodes of one cluster share.
 */
export const slotOf = ({ id }: Node): string =>
  `dtrove_${id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-12)}`;
