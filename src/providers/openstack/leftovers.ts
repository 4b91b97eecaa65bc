import type { Leftover, LeftoverKind } from '../provider.js';
import type { Cloud } from './cloud.js';
import { removeVolume } from './destroy.js';
import { keyIn, tag, whoseIs } from './names.js';

interface Found {
  readonly kind: LeftoverKind;
  readonly id: string;
  readonly key: string | null;
  readonly clusterId: string | null;
  readonly owner: string | undefined;
  readonly message?: string;
}

const leftover = ({ owner, message = '', ...rest }: Found): Leftover => ({
  ...rest,
  ...(owner === undefined ? {} : { owner }),
  message,
});

/** All that bears a tag of ours and is no server. Keypairs are not among them: keys come to servers by user-data. */
export async function leftoversIn(cloud: Cloud, signal: AbortSignal): Promise<readonly Leftover[]> {
  const [network, volumes, groups] = await Promise.all([
    inNetwork(cloud, signal),
    inVolumes(cloud, signal),
    cloud.nova.groups(signal),
  ]);
  // A server group has no room for whose it is: its cluster's security group, which is made before it, has.
  const ownerOf = (clusterId: string) =>
    network.find((one) => one.kind === 'SECURITY_GROUP' && one.clusterId === clusterId)?.owner;
  const serverGroups = groups.flatMap(({ id, name }) => {
    const clusterId = keyIn(name);
    if (clusterId === null) return [];
    return [leftover({ kind: 'SERVER_GROUP', id, key: null, clusterId, owner: ownerOf(clusterId) })];
  });
  return [...network, ...volumes, ...serverGroups];
}

async function inNetwork({ neutron }: Cloud, signal: AbortSignal): Promise<readonly Leftover[]> {
  const [ports, addresses, groups] = await Promise.all([
    neutron.ports(null, signal),
    neutron.floatingIps(null, signal),
    neutron.securityGroups(null, signal),
  ]);
  const keyOfPort = new Map(ports.map(({ id, name }) => [id, keyIn(name)]));
  const ours = <T extends { readonly id: string; readonly description: string }>(
    kind: LeftoverKind,
    all: readonly T[],
    keyOf: (one: T) => string | null,
  ) =>
    all.flatMap((one) => {
      const whose = whoseIs(one.description);
      return whose === null
        ? []
        : [leftover({ kind, id: one.id, key: keyOf(one), clusterId: whose.clusterId, owner: whose.owner })];
    });
  return [
    ...ours('FLOATING_ADDRESS', addresses, ({ port_id: port }) => keyOfPort.get(port ?? '') ?? null),
    ...ours('PORT', ports, ({ name }) => keyIn(name)),
    ...ours('SECURITY_GROUP', groups, () => null),
  ];
}

async function inVolumes({ cinder }: Cloud, signal: AbortSignal): Promise<readonly Leftover[]> {
  if (!(await cinder.offered(signal))) return [];
  return (await cinder.volumes(null, signal)).flatMap(({ id, status, metadata }) => {
    if (metadata[tag.key] === undefined) return [];
    const [server, clusterId = null] = [metadata[tag.server], metadata[tag.cluster]];
    const message = status.startsWith('error') ? `Cinder says of it: ${status}` : '';
    const key = server === undefined ? null : keyIn(server);
    return [leftover({ kind: 'VOLUME', id, key, clusterId, owner: metadata[tag.owner], message })];
  });
}

/** Removes one, and returns when it is gone. */
export async function removeLeftover(cloud: Cloud, kind: LeftoverKind, id: string, signal: AbortSignal): Promise<void> {
  const { neutron, nova, cinder } = cloud;
  switch (kind) {
    case 'FLOATING_ADDRESS':
      return neutron.removeFloatingIp(id, signal);
    case 'PORT':
      return neutron.removePort(id, signal);
    case 'VOLUME':
      return removeVolume(cinder, id, signal);
    case 'SERVER_GROUP':
      return nova.removeGroup(id, signal);
    case 'SECURITY_GROUP':
      return neutron.removeSecurityGroup(id, signal);
    case 'KEYPAIR':
      return;
  }
}
