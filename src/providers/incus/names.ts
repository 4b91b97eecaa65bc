import { createHash } from 'node:crypto';

/** The keys of an instance's or a volume's configuration that are ours. */
export const tag = {
  /** The wish's key; on a volume, the volume's. */
  key: 'user.dtrove-key',
  cluster: 'user.dtrove-cluster',
  /** The control plane that asked for it. */
  owner: 'user.dtrove-owner',
  /** The address at which SSH first answered: from then on the server is one that was ready. */
  address: 'user.dtrove-address',
  /** On a volume: the server that it belongs to, and goes with. */
  server: 'user.dtrove-server',
} as const;

// Incus takes what a host name may be, 63 characters at most; a UUID is used as it is.
const short = (key: string): string =>
  /^[a-z0-9][a-z0-9-]{0,47}[a-z0-9]$/.test(key) ? key : createHash('sha256').update(key).digest('hex').slice(0, 40);

/** The name, and id, of the server or volume that bears a key: it is found by its key in one request. */
export const nameOf = (key: string): string => `dtrove-${short(key)}`;

/** The key in a name of ours; null where it was too long for the name, or the name is not of ours. */
export const keyIn = (name: string): string | null => {
  const [, key] = /^dtrove-(.+)$/.exec(name) ?? [];
  return key !== undefined && nameOf(key) === name ? key : null;
};

/** A path's segment. */
export const segment = (text: string): string => encodeURIComponent(text);

export const instancePath = (id: string): string => `/instances/${segment(id)}`;
export const volumesPath = (pool: string): string => `/storage-pools/${segment(pool)}/volumes/custom`;
export const volumePath = (pool: string, id: string): string => `${volumesPath(pool)}/${segment(id)}`;
