import { z } from 'zod';

/** What we read of the answers; the rest of them passes unseen. */
const text = z.string().nullish();

export const NovaServer = z.object({
  id: z.string(),
  name: z.string(),
  status: z.string(),
  created: text,
  metadata: z.record(z.string(), z.string()).default({}),
  addresses: z
    .record(z.string(), z.array(z.object({ addr: z.string(), version: z.number(), 'OS-EXT-IPS:type': text })))
    .default({}),
  fault: z.object({ code: z.number(), message: z.string() }).nullish(),
  'OS-EXT-STS:task_state': text,
  'OS-EXT-STS:vm_state': text,
  'OS-SRV-USG:launched_at': text,
});
export type NovaServer = z.output<typeof NovaServer>;
/** A long list comes in pages. */
const links = z.array(z.object({ rel: z.string() })).default([]);

export const Servers = z.object({ servers: z.array(NovaServer), servers_links: links });
export const OneServer = z.object({ server: NovaServer });
export const MadeServer = z.object({ server: z.object({ id: z.string() }) });

export const Flavors = z.object({
  flavors: z.array(
    z.object({ id: z.string(), name: z.string(), vcpus: z.number(), ram: z.number(), disk: z.number() }),
  ),
});

const Group = z.object({ id: z.string(), name: z.string(), members: z.array(z.string()).default([]) });
export const Groups = z.object({ server_groups: z.array(Group) });
export const MadeGroup = z.object({ server_group: Group });

export const Network = z.object({
  id: z.string(),
  name: z.string(),
  subnets: z.array(z.string()).default([]),
  'router:external': z.boolean().default(false),
  port_security_enabled: z.boolean().default(true),
});
export type Network = z.output<typeof Network>;
export const Networks = z.object({ networks: z.array(Network) });
export const Subnets = z.object({ subnets: z.array(z.object({ cidr: z.string() })) });

export const Rule = z.object({
  direction: z.string(),
  ethertype: z.string(),
  protocol: text,
  port_range_min: z.number().nullish(),
  port_range_max: z.number().nullish(),
  remote_ip_prefix: text,
  remote_group_id: text,
});
export type Rule = z.output<typeof Rule>;
export const SecurityGroup = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().default(''),
  created_at: text,
  security_group_rules: z.array(Rule).default([]),
});
export type SecurityGroup = z.output<typeof SecurityGroup>;
export const SecurityGroups = z.object({ security_groups: z.array(SecurityGroup) });
export const MadeSecurityGroup = z.object({ security_group: SecurityGroup });

export const Port = z.object({
  id: z.string(),
  name: z.string(),
  description: z.string().default(''),
  created_at: text,
  device_id: text,
  fixed_ips: z.array(z.object({ ip_address: z.string() })).default([]),
});
export type Port = z.output<typeof Port>;
export const Ports = z.object({ ports: z.array(Port) });
export const MadePort = z.object({ port: Port });

export const FloatingIp = z.object({
  id: z.string(),
  description: z.string().default(''),
  floating_ip_address: z.string(),
  port_id: text,
});
export type FloatingIp = z.output<typeof FloatingIp>;
export const FloatingIps = z.object({ floatingips: z.array(FloatingIp) });
export const MadeFloatingIp = z.object({ floatingip: FloatingIp });

export const Image = z.object({ id: z.string(), name: text, status: z.string() });
export type Image = z.output<typeof Image>;
export const Images = z.object({ images: z.array(Image) });

export const Volume = z.object({
  id: z.string(),
  name: text,
  status: z.string(),
  size: z.number(),
  metadata: z.record(z.string(), z.string()).default({}),
  attachments: z.array(z.object({ server_id: z.string() })).default([]),
});
export type Volume = z.output<typeof Volume>;
export const Volumes = z.object({ volumes: z.array(Volume), volumes_links: links });
export const OneVolume = z.object({ volume: Volume });

export const VolumeSnapshot = z.object({
  id: z.string(),
  name: text,
  status: z.string(),
  volume_id: z.string(),
  metadata: z.record(z.string(), z.string()).default({}),
});
export type VolumeSnapshot = z.output<typeof VolumeSnapshot>;
export const VolumeSnapshots = z.object({ snapshots: z.array(VolumeSnapshot) });
export const OneVolumeSnapshot = z.object({ snapshot: VolumeSnapshot });

const Event = z.object({ result: text, details: text });
export const Actions = z.object({
  instanceActions: z.array(z.object({ action: z.string(), request_id: z.string(), message: text })),
});
export const OneAction = z.object({ instanceAction: z.object({ events: z.array(Event).default([]) }) });
