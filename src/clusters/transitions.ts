import { ClusterStatus } from '../../schema/enums.js';

const { SPAWNING, ACTIVE, DEGRADED, UPDATING, ERROR, DELETING, DELETED } = ClusterStatus;

/** Where a cluster may go from where it is. The one table of it. */
const moves: Readonly<Record<ClusterStatus, readonly ClusterStatus[]>> = {
  [SPAWNING]: [ACTIVE, ERROR, DELETING],
  [ACTIVE]: [UPDATING, DEGRADED, ERROR, DELETING],
  [DEGRADED]: [ACTIVE, UPDATING, ERROR, DELETING],
  [UPDATING]: [ACTIVE, DEGRADED, ERROR, DELETING],
  [ERROR]: [SPAWNING, UPDATING, ACTIVE, DEGRADED, DELETING],
  [DELETING]: [DELETED, ERROR],
  [DELETED]: [],
};

/** Throws where the table does not allow it: a bug of ours, never a user's mistake. Staying is no move. */
export function assertMove(from: ClusterStatus, to: ClusterStatus): void {
  if (from !== to && !moves[from].includes(to)) throw new Error(`a cluster cannot go from ${from} to ${to}`);
}
