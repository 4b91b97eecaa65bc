import { DomainError } from '../errors.js';
import type { ClusterView, Node } from './datastore.js';

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

/** Throws CONFLICT where one of `nodes` is the primary. */
export function assertReplicas(nodes: readonly Node[]): void {
  const other = nodes.find(({ role }) => role !== 'REPLICA');
  if (other) throw new DomainError('CONFLICT', `${other.name} is the primary: only replicas are added or removed`);
}
