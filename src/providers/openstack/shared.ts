import type { ServerWish } from '../provider.js';
import type { Cloud } from './cloud.js';
import { descriptionOf, nameOf, tag, whoseIs } from './names.js';
import { Refusal, shortageOf } from './refusal.js';
import { missingRules, rulesOf } from './rules.js';
import { unless } from './session.js';
import type { Network, SecurityGroup } from './shapes.js';

/** What the nodes of a cluster share. */
export interface Shared {
  /** Null where the network has no security groups. */
  readonly securityGroup: string | null;
  /** Of anti-affinity; null: none. */
  readonly serverGroup: string | null;
  /** Whether this call made the security group: then nothing of the cluster was there before, for whatever is there holds it. */
  readonly isNew: boolean;
}

type Wish = Pick<ServerWish, 'clusterId' | 'owner' | 'databasePort'>;

/** The security group and the server group of a wish's cluster, found or made. The security group comes first and goes last. */
export function sharedOf(cloud: Cloud, wish: Wish, network: Network, signal: AbortSignal): Promise<Shared> {
  const name = nameOf(wish.clusterId);
  return cloud.turns.take(name, async () => {
    const group = network.port_security_enabled ? await securityGroup(cloud, wish, signal) : null;
    const [serverGroupId] = await Promise.all([
      serverGroup(cloud, name, group?.isNew ?? false, signal),
      group === null ? undefined : makeRules(cloud, group.group, wish, network, signal),
    ]);
    return { securityGroup: group?.group.id ?? null, serverGroup: serverGroupId, isNew: group?.isNew ?? false };
  });
}

async function securityGroup({ neutron }: Cloud, wish: Wish, signal: AbortSignal) {
  const name = nameOf(wish.clusterId);
  const [found] = await neutron.securityGroups(name, signal);
  const group = found ?? (await neutron.createSecurityGroup(name, descriptionOf(wish), signal));
  return { group, isNew: found === undefined };
}

async function makeRules(
  { neutron, ground, settings }: Cloud,
  group: SecurityGroup,
  { databasePort }: Wish,
  network: Network,
  signal: AbortSignal,
): Promise<void> {
  const openings = {
    sshNetworks: settings.sshNetworks,
    clientNetworks: settings.clientNetworks.length > 0 ? settings.clientNetworks : await ground.ranges(network),
    databasePort,
  };
  const missing = missingRules(rulesOf(group.id, openings), group.security_group_rules);
  if (missing.length > 0) await neutron.createRules(missing, signal);
}

async function serverGroup(cloud: Cloud, name: string, isNew: boolean, signal: AbortSignal): Promise<string | null> {
  const { nova, settings } = cloud;
  if (settings.antiAffinity === 'none') return null;
  const policy = settings.antiAffinity === 'hard' ? 'anti-affinity' : 'soft-anti-affinity';
  const found = isNew ? undefined : (await nova.groups(signal)).find((group) => group.name === name);
  return (
    found?.id ??
    nova.createGroup(name, policy, signal).catch((error: unknown) => {
      // What is only wished for (soft) is done without where the quota of server groups is reached: it is 10 by default.
      const isFull = error instanceof Refusal && shortageOf(error.status, error.words) === 'QUOTA_EXCEEDED';
      if (isFull && settings.antiAffinity === 'soft') return null;
      throw error;
    })
  );
}

/** Removes everything that bears a cluster's name or description and is no server: after its servers are gone. */
export async function removeShared(cloud: Cloud, clusterId: string, signal: AbortSignal): Promise<void> {
  const { neutron, cinder, turns } = cloud;
  const isOurs = ({ description }: { readonly description: string }) => whoseIs(description)?.clusterId === clusterId;
  await turns.take(nameOf(clusterId), async () => {
    for (const one of (await neutron.floatingIps(null, signal)).filter(isOurs))
      await neutron.removeFloatingIp(one.id, signal);
    for (const one of (await neutron.ports(null, signal)).filter(isOurs)) await neutron.removePort(one.id, signal);
    if (await cinder.offered(signal)) {
      const volumes = await cinder.volumes(null, signal);
      for (const one of volumes) if (one.metadata[tag.cluster] === clusterId) await cinder.remove(one.id, signal);
    }
    await removeGroups(cloud, clusterId, signal);
  });
}

/** Removes what the nodes of a cluster share, unless others of them use it still: for whoever has removed a node. */
export async function removeUnused(cloud: Cloud, clusterId: string, signal: AbortSignal): Promise<void> {
  await cloud.turns.take(nameOf(clusterId), () => removeGroups(cloud, clusterId, signal).catch(unless(409)));
}

/** The security group comes first and goes last; Neutron refuses with 409 to delete one that a port uses. */
async function removeGroups({ nova, neutron }: Cloud, clusterId: string, signal: AbortSignal): Promise<void> {
  const name = nameOf(clusterId);
  const used = (await neutron.ports(null, signal)).some(
    ({ description }) => whoseIs(description)?.clusterId === clusterId,
  );
  if (used) return;
  const groups = await nova.groups(signal);
  for (const one of groups) if (one.name === name) await nova.removeGroup(one.id, signal);
  for (const { id } of await neutron.securityGroups(name, signal)) await neutron.removeSecurityGroup(id, signal);
}
