import { isIP } from 'node:net';
import { z } from 'zod';

const text = z.string();
const name = z.string().regex(/^[^\p{Cc}]{0,255}$/u, 'is a name or an id');

function isNetwork(network: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}

const networks = text.refine(
  (list) => list.split(',').every((part) => part.trim() === '' || isNetwork(part.trim())),
  'is a list of networks such as 10.0.0.0/8,fd00::/8',
);

/** The provider's variables beside the `OS_*` ones: part of the one schema of the configuration, and of its `--help`. */
export const openstackEnvironment = {
  DTROVE_OPENSTACK_NETWORK: name
    .prefault('')
    .describe('OpenStack network of the servers, by name or id; empty: the only one there is.'),
  DTROVE_OPENSTACK_FLOATING_NETWORK: name
    .prefault('')
    .describe('External network that gives each server a floating address; empty: servers are reached by their own.'),
  DTROVE_OPENSTACK_FLAVOR: name
    .prefault('')
    .describe('Default flavor on OpenStack, by name or id; empty: the smallest of at least 512 MiB.'),
  DTROVE_OPENSTACK_AVAILABILITY_ZONE: name
    .prefault('')
    .describe('Availability zone of servers and volumes; empty: as OpenStack chooses.'),
  DTROVE_OPENSTACK_ANTI_AFFINITY: z
    .enum(['soft', 'hard', 'none'], 'is soft, hard or none')
    .prefault('soft')
    .describe('Whether the nodes of a cluster shall (soft) or must (hard) run on different hosts of OpenStack.'),
  DTROVE_OPENSTACK_BOOT_VOLUME_GB: text
    .regex(/^\d{1,5}$/, 'is a whole number of GiB')
    .prefault('0')
    .describe('Size of the Cinder volume that servers boot from; 0: they boot from the disk of their flavor.'),
  DTROVE_OPENSTACK_VOLUME_TYPE: name.prefault('').describe('Type of Cinder volumes; empty: as OpenStack chooses.'),
  DTROVE_OPENSTACK_SSH_NETWORKS: networks
    .prefault('0.0.0.0/0,::/0')
    .describe('Networks that may reach the sshd of servers: those of the control plane.'),
  DTROVE_OPENSTACK_CLIENT_NETWORKS: networks
    .prefault('')
    .describe('Networks that may reach the databases; empty: the subnets of the servers’ own network.'),
};
