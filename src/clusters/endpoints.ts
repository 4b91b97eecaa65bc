import { Endpoint } from '../../schema/cluster.js';
import { InstanceRole } from '../../schema/enums.js';
import type { Instance } from '../../schema/instance.js';
import type { Manager } from '../datastores/datastore.js';
import { adminUser } from './view.js';

/** Where clients connect to, the primary first; nodes without an address yet are left out. */
export function endpointsOf({ uri }: Pick<Manager, 'uri'>, instances: readonly Instance[]): Endpoint[] {
  const rank = ({ role }: Instance): number => (role === InstanceRole.PRIMARY ? 0 : 1);
  return [...instances]
    .sort((a, b) => rank(a) - rank(b))
    .flatMap(({ role, addr, port }) => {
      if (addr === null || port === null) return [];
      const host = addr.includes(':') ? `[${addr}]` : addr;
      const query = uri.query === '' ? '' : `?${uri.query}`;
      const text = `${uri.scheme}://${adminUser}@${host}:${port}/${uri.database ?? ''}${query}`;
      return [Object.assign(new Endpoint(), { role, host: addr, port, uri: text })];
    });
}
