import { z } from 'zod';
import { defaultFlavors } from './flavors.js';

const name = /^$|^[\w][\w .-]*$/;
const named = 'is a name of letters, digits, dots and hyphens';

/** The provider's variables: part of the one schema of the configuration, and of its `--help`. */
export const incusEnvironment = {
  DTROVE_INCUS_URL: z
    .string()
    .regex(/^(unix:(\/\/)?\/|https:\/\/)/, 'begins with unix:/ or https://')
    .prefault('unix:/var/lib/incus/unix.socket')
    .describe('Incus or LXD of the provider incus: unix:/path/to/unix.socket or https://host:8443.'),
  DTROVE_INCUS_CERT: z
    .string()
    .prefault('')
    .describe('With https: the client certificate that Incus trusts, a PEM file’s path or its text.'),
  DTROVE_INCUS_KEY: z
    .string()
    .prefault('')
    .describe('With https: the private key of the client certificate, a PEM file’s path or its text.'),
  DTROVE_INCUS_SERVER_CERT: z
    .string()
    .prefault('')
    .describe(
      'With https: Incus’s own certificate, the only one that is talked to: a PEM file’s path, its text, or its SHA-256 fingerprint.',
    ),
  DTROVE_INCUS_PROJECT: z
    .string()
    .regex(name, named)
    .prefault('default')
    .describe('Incus project of the servers; one DTrove has it to itself.'),
  DTROVE_INCUS_POOL: z
    .string()
    .regex(name, named)
    .prefault('')
    .describe('Storage pool of root disks and volumes; empty: that of the profile.'),
  DTROVE_INCUS_NETWORK: z
    .string()
    .regex(name, named)
    .prefault('')
    .describe('Network of the servers; empty: as the profile says.'),
  DTROVE_INCUS_PROFILE: z.string().regex(name, named).prefault('default').describe('Incus profile of the servers.'),
  DTROVE_INCUS_TYPE: z
    .enum(['container', 'virtual-machine'], 'is container or virtual-machine')
    .prefault('container')
    .describe('What servers are on Incus: container or virtual-machine.'),
  DTROVE_INCUS_FLAVORS: z
    .string()
    .prefault(defaultFlavors)
    .describe('Flavors on Incus, name:cpus/memory in MiB/disk in GiB, separated by commas; the first is the default.'),
};
