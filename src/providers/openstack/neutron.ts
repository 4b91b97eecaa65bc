import { unless, type Api } from './session.js';
import { segment } from './names.js';
import {
  FloatingIps,
  MadeFloatingIp,
  MadePort,
  MadeSecurityGroup,
  Networks,
  Ports,
  SecurityGroups,
  Subnets,
  type FloatingIp,
  type Network,
  type Port,
  type SecurityGroup,
} from './shapes.js';

type Eldest = { readonly id: string; readonly created_at?: string | null | undefined };

/** Names are not unique: of several, everybody takes the eldest. */
const byAge = (a: Eldest, b: Eldest): number =>
  (a.created_at ?? '').localeCompare(b.created_at ?? '') || a.id.localeCompare(b.id);

/** Neutron's API, as far as we use it. */
export class Neutron {
  constructor(private readonly api: Api) {}

  async networks(signal: AbortSignal): Promise<Network[]> {
    return (await this.api.get(Networks, '/networks', signal)).networks;
  }

  /** The ranges of a network's subnets. */
  async ranges(network: string, signal: AbortSignal): Promise<string[]> {
    const { subnets } = await this.api.get(Subnets, `/subnets?network_id=${segment(network)}&fields=cidr`, signal);
    return subnets.map(({ cidr }) => cidr);
  }

  /** The security groups of a name, or all; the eldest first. */
  async securityGroups(name: string | null, signal: AbortSignal): Promise<SecurityGroup[]> {
    const path = `/security-groups${name === null ? '' : `?name=${segment(name)}`}`;
    return (await this.api.get(SecurityGroups, path, signal)).security_groups.sort(byAge);
  }

  async createSecurityGroup(name: string, description: string, signal: AbortSignal): Promise<SecurityGroup> {
    const body = { security_group: { name, description } };
    return (await this.api.post(MadeSecurityGroup, '/security-groups', body, signal)).security_group;
  }

  async createRules(rules: readonly object[], signal: AbortSignal): Promise<void> {
    // Another worker may have been first.
    await this.api.act('POST', '/security-group-rules', { security_group_rules: rules }, signal).catch(unless(409));
  }

  async removeSecurityGroup(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/security-groups/${segment(id)}`, signal);
  }

  /** The ports of a name, or all; the eldest first. */
  async ports(name: string | null, signal: AbortSignal): Promise<Port[]> {
    const path = `/ports${name === null ? '' : `?name=${segment(name)}`}`;
    return (await this.api.get(Ports, path, signal)).ports.sort(byAge);
  }

  async createPort(port: object, signal: AbortSignal): Promise<Port> {
    return (await this.api.post(MadePort, '/ports', { port }, signal)).port;
  }

  async removePort(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/ports/${segment(id)}`, signal);
  }

  /** The floating addresses of a port, or all. None where Neutron has no routers, and so none of them. */
  async floatingIps(port: string | null, signal: AbortSignal): Promise<FloatingIp[]> {
    const path = `/floatingips${port === null ? '' : `?port_id=${segment(port)}`}`;
    return (await this.api.find(FloatingIps, path, signal))?.floatingips ?? [];
  }

  async createFloatingIp(floatingip: object, signal: AbortSignal): Promise<FloatingIp> {
    return (await this.api.post(MadeFloatingIp, '/floatingips', { floatingip }, signal)).floatingip;
  }

  async removeFloatingIp(id: string, signal: AbortSignal): Promise<void> {
    await this.api.remove(`/floatingips/${segment(id)}`, signal);
  }
}
