import { createHash } from 'node:crypto';

/** What everything of ours is called first. */
export const prefix = 'dtrove-';

/** The keys of a server's or a volume's metadata that are ours. */
export const tag = {
  /** The wish's key; on a volume, the volume's. */
  key: 'dtrove-key',
  cluster: 'dtrove-cluster',
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

/** How Neutron's things, which have no metadata, say which cluster they belong to. */
export const descriptionOf = (clusterId: string): string => `DTrove cluster ${clusterId}`;

export const clusterIn = (description: string): string | null =>
  /^DTrove cluster (\S+)$/.exec(description)?.[1] ?? null;

/** A value in a query or a path. */
export const segment = (value: string): string => encodeURIComponent(value);
