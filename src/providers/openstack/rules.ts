import type { Rule } from './shapes.js';

/** A rule as Neutron is asked for it. */
export interface RuleWish {
  readonly security_group_id: string;
  readonly direction: 'ingress';
  readonly ethertype: 'IPv4' | 'IPv6';
  readonly protocol: 'tcp' | 'icmp' | 'ipv6-icmp';
  readonly port_range_min?: number;
  readonly port_range_max?: number;
  readonly remote_ip_prefix?: string;
  readonly remote_group_id?: string;
}

const sshPort = 22;
const families = ['IPv4', 'IPv6'] as const;

export interface Openings {
  readonly sshNetworks: readonly string[];
  readonly clientNetworks: readonly string[];
  /** The database's port; undefined: none is opened. */
  readonly databasePort: number | undefined;
}

/** What the nodes of a cluster let in: SSH, their clients, and one another. */
export function rulesOf(group: string, { sshNetworks, clientNetworks, databasePort }: Openings): RuleWish[] {
  const ingress = { security_group_id: group, direction: 'ingress' } as const;
  const from = (network: string, port: number): RuleWish => ({
    ...ingress,
    ethertype: network.includes(':') ? 'IPv6' : 'IPv4',
    protocol: 'tcp',
    port_range_min: port,
    port_range_max: port,
    remote_ip_prefix: network,
  });
  const clients = databasePort === undefined ? [] : clientNetworks.map((network) => from(network, databasePort));
  const among = families.flatMap((ethertype): RuleWish[] => [
    { ...ingress, ethertype, protocol: 'tcp', remote_group_id: group },
    { ...ingress, ethertype, protocol: ethertype === 'IPv4' ? 'icmp' : 'ipv6-icmp', remote_group_id: group },
  ]);
  return [...sshNetworks.map((network) => from(network, sshPort)), ...clients, ...among];
}

const compared = [
  'direction',
  'ethertype',
  'protocol',
  'port_range_min',
  'port_range_max',
  'remote_ip_prefix',
  'remote_group_id',
] as const;

// Neutron stores "any address" as such, and may answer it as null.
const normal = (value: string | number | null | undefined): string =>
  value == null || value === '0.0.0.0/0' || value === '::/0' ? '' : String(value);

/** The rules that a group has not yet. */
export const missingRules = (wishes: readonly RuleWish[], there: readonly Rule[]): RuleWish[] =>
  wishes.filter((wish) => !there.some((rule) => compared.every((key) => normal(rule[key]) === normal(wish[key]))));
