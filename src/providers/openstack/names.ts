import { createHash } from 'node:crypto';

/** What everything of ours is called first. */
export const prefix = 'dtrove-';

/** The keys of a server's or a volume's metadata that are ours. */
export const tag = {
  /** The wish's key; on a volume, the volume's. */
  key: 'dtrove-key',
  cluster: 'dtrove-cluster',
  /** The control plane that asked for it. */
  owner: 'dtrove-owner',
  /** The server's name in its cluster, for whoever looks at the cloud. */
  name: 'dtrove-name',
  /** The address of its port, known before Nova shows one. */
  address: 'dtrove-address',
  /** On a volume: the server that it belongs to, and goes with. */
  server: 'dtrove-server',
} as const;

const short = (key: string): string =>
  /^[a-z0-9][a-z0-9-]{0,47}[a-z0-9]$/.test(key) ? key : createHash('sha256').update(key).digest('hex').slice(0, 40);

/**
 * The name of what bears a key: a server (whose id it is, too), its port, a volume; of a cluster's key, its security group and its
 * server group. OpenStack does not keep names unique, so whoever looks for one may find several.
 */
export const nameOf = (key: string): string => `${prefix}${short(key)}`;

/** The key in a name of ours; null where the name is not of ours, or the key was too long for it. */
export const keyIn = (name: string): string | null =>
  name.startsWith(prefix) && nameOf(name.slice(prefix.length)) === name ? name.slice(prefix.length) : null;

/** Whose something is. */
export interface Whose {
  readonly clusterId: string;
  /** The control plane; undefined: not recorded. */
  readonly owner?: string | undefined;
}

/** How Neutron's things, which have no metadata, say whose they are. */
export const descriptionOf = ({ clusterId, owner }: Whose): string =>
  `DTrove cluster ${clusterId}${owner === undefined ? '' : ` of ${owner}`}`;

export function whoseIs(description: string): Whose | null {
  const [, clusterId, owner] = /^DTrove cluster (\S+)(?: of (\S+))?$/.exec(description) ?? [];
  return clusterId === undefined ? null : { clusterId, owner };
}

/** A value in a query or a path. */
export const segment = (value: string): string => encodeURIComponent(value);
