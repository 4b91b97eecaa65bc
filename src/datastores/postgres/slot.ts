import type { Node } from '../datastore.js';

/**
 * A replica's name to its primary: of its replication slot and its connection. The end of the id is used, since the
 * beginning of a UUID v7 is the time, which the nodes of one cluster share.
 */
export const slotOf = ({ id }: Node): string =>
  `dtrove_${id
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, '')
    .slice(-12)}`;
