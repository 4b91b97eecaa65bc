import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DomainError, messageOf } from '../../errors.js';
import type { Preferences } from './catalog.js';
import { cloudNamed } from './clouds.js';
import type { Credentials } from './credentials.js';
import { openstackEnvironment } from './environment.js';
import { authUrlOf, credentialsOf, interfaceOf, overridesOf, type Environment } from './openrc.js';

/** The provider's own settings, from the environment. */
export interface OpenStackSettings {
  readonly authUrl: string;
  readonly credentials: Credentials;
  readonly preferences: Preferences;
  /** PEM of the authorities that are trusted; empty: those of Node. */
  readonly ca: string;
  readonly verify: boolean;
  /** Name or id; empty: the only one. */
  readonly network: string;
  /** Name or id of the external network of floating addresses; empty: none are given. */
  readonly floatingNetwork: string;
  /** Empty: the smallest. */
  readonly flavor: string;
  readonly zone: string;
  readonly antiAffinity: 'soft' | 'hard' | 'none';
  /** GiB; 0: no volume. */
  readonly bootVolumeGb: number;
  readonly volumeType: string;
  readonly sshNetworks: readonly string[];
  /** Empty: the subnets of the network. */
  readonly clientNetworks: readonly string[];
}

const Settings = z.object(openstackEnvironment);

const wrong = (variable: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${variable}: ${words}`);

const listed = (list: string): string[] => list.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));

/** The `OS_*` variables that count: a cloud's of clouds.yaml where OS_CLOUD names one, and then the region, interface and CA given beside it. */
async function openrc(env: Environment): Promise<Environment> {
  const name = env['OS_CLOUD'] ?? '';
  if (name === '') return env;
  const beside = ['OS_REGION_NAME', 'OS_INTERFACE', 'OS_CACERT', 'OS_PASSWORD'].flatMap((variable) =>
    (env[variable] ?? '') === '' ? [] : [[variable, env[variable]]],
  );
  return { ...(await cloudNamed(name, env)), ...(Object.fromEntries(beside) as Environment) };
}

async function authorities(file: string): Promise<string> {
  if (file === '' || file.startsWith('-----BEGIN')) return file;
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw wrong('OS_CACERT', `cannot be read: ${messageOf(error)}`);
  });
}

/** Throws BAD_USER_INPUT naming the variable. */
export async function openstackSettings(env: Environment): Promise<OpenStackSettings> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { data, error } = Settings.safeParse(given);
  if (error !== undefined) {
    const { path, message } = error.issues[0] ?? { path: [], message: 'is wrong' };
    throw wrong(String(path[0]), message);
  }
  const rc = await openrc(env);
  return {
    authUrl: authUrlOf(rc),
    credentials: credentialsOf(rc),
    preferences: {
      region: rc['OS_REGION_NAME'] ?? '',
      interface: interfaceOf(rc),
      overrides: overridesOf(rc),
    },
    ca: await authorities(rc['OS_CACERT'] ?? ''),
    verify: !/^(1|true|yes)$/i.test(rc['OS_INSECURE'] ?? ''),
    network: data.DTROVE_OPENSTACK_NETWORK,
    floatingNetwork: data.DTROVE_OPENSTACK_FLOATING_NETWORK,
    flavor: data.DTROVE_OPENSTACK_FLAVOR,
    zone: data.DTROVE_OPENSTACK_AVAILABILITY_ZONE,
    antiAffinity: data.DTROVE_OPENSTACK_ANTI_AFFINITY,
    bootVolumeGb: Number(data.DTROVE_OPENSTACK_BOOT_VOLUME_GB),
    volumeType: data.DTROVE_OPENSTACK_VOLUME_TYPE,
    sshNetworks: listed(data.DTROVE_OPENSTACK_SSH_NETWORKS),
    clientNetworks: listed(data.DTROVE_OPENSTACK_CLIENT_NETWORKS),
  };
}
