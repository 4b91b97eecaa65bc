import type { Flavor, ServerWish } from '../provider.js';
import { userData } from '../cloud-init.js';
import type { Ground } from './ground.js';
import { nameOf, tag } from './names.js';
import type { IncusSettings } from './settings.js';

/** The body of the request that makes a server. */
export function instanceRequest(
  wish: ServerWish,
  { cpus, memoryMb, diskGb }: Flavor,
  fingerprint: string,
  { root, pool }: Ground,
  { type, profile, network }: Pick<IncusSettings, 'type' | 'profile' | 'network'>,
) {
  return {
    name: nameOf(wish.key),
    description: `DTrove: ${wish.name}`,
    type,
    profiles: [profile],
    source: { type: 'image', fingerprint },
    config: {
      [tag.key]: wish.key,
      [tag.cluster]: wish.clusterId,
      ...(wish.owner !== undefined && { [tag.owner]: wish.owner }),
      'limits.cpu': String(cpus),
      'limits.memory': `${memoryMb}MiB`,
      'cloud-init.user-data': userData(wish),
    },
    devices: {
      [root]: { type: 'disk', path: '/', pool, size: `${diskGb}GiB` },
      ...(network === '' ? {} : { eth0: { type: 'nic', name: 'eth0', network } }),
    },
  };
}
