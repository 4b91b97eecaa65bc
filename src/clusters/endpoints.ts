import { Endpoint } from '../../schema/cluster.js';
import type { Instance } from '../../schema/instance.js';
import type { Manager } from '../datastores/datastore.js';
import { adminUser } from './view.js';

/** Where clients connect to, the primary first; nodes without an address yet are left out. */
export const endpointsOf = ({ uri }: Pick<Manager, 'uri'>, instances: readonly Instance[]): Endpoint[] =>
  instances.flatMap(({ role, addr, port }) => {
    if (addr === null || port === null) return [];
    const host = addr.includes(':') ? `[${addr}]` : addr;
    const text = `${uri.scheme}://${adminUser}@${host}:${port}/${uri.database ?? ''}${uri.query === '' ? '' : `?${uri.query}`}`;
    return [Object.assign(new Endpoint(), { role, host: addr, port, uri: text })];
  });
