import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { DomainError, messageOf } from '../../errors.js';
import type { Flavor } from '../provider.js';
import type { Endpoint } from './endpoint.js';
import { incusEnvironment } from './environment.js';
import { fingerprintOf } from './fingerprint.js';
import { parseFlavors } from './flavors.js';

export type InstanceType = 'container' | 'virtual-machine';

/** The provider's own settings, from the environment. */
export interface IncusSettings {
  readonly endpoint: Endpoint;
  readonly project: string;
  /** Storage pool; empty: that of the profile's root disk. */
  readonly pool: string;
  /** Network of the servers' one interface; empty: as the profile says. */
  readonly network: string;
  readonly profile: string;
  readonly type: InstanceType;
  readonly flavors: readonly [Flavor, ...Flavor[]];
}

const Settings = z.object(incusEnvironment);
type Raw = z.output<typeof Settings>;

const wrong = (variable: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${variable}: ${words}`);

/** The text of a PEM that a variable holds or names a file of. */
async function pem(variable: keyof Raw, value: string): Promise<string> {
  if (value === '') throw wrong(variable, 'is needed with https: the path of a PEM file, or its text');
  if (value.startsWith('-----BEGIN')) return value;
  return readFile(value, 'utf8').catch((error: unknown) => {
    throw wrong(variable, `cannot be read: ${messageOf(error)}`);
  });
}

async function pinOf(value: string): Promise<string> {
  const variable = 'DTROVE_INCUS_SERVER_CERT';
  const hex = value.replaceAll(':', '').toLowerCase();
  if (/^[0-9a-f]{64}$/.test(hex)) return hex;
  try {
    return fingerprintOf(await pem(variable, value));
  } catch (error) {
    if (error instanceof DomainError) throw error;
    throw wrong(variable, `is neither a certificate in PEM nor its SHA-256 fingerprint: ${messageOf(error)}`);
  }
}

async function endpointOf(raw: Raw): Promise<Endpoint> {
  const socket = /^unix:(?:\/\/)?(\/.+)$/.exec(raw.DTROVE_INCUS_URL)?.[1];
  if (socket !== undefined) return { socket };
  const url = URL.canParse(raw.DTROVE_INCUS_URL) ? new URL(raw.DTROVE_INCUS_URL) : null;
  if (url?.protocol !== 'https:' || url.pathname !== '/')
    throw wrong('DTROVE_INCUS_URL', 'is unix:/path/to/unix.socket or https://host:8443');
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? 8443 : Number(url.port),
    cert: await pem('DTROVE_INCUS_CERT', raw.DTROVE_INCUS_CERT),
    key: await pem('DTROVE_INCUS_KEY', raw.DTROVE_INCUS_KEY),
    pin: await pinOf(raw.DTROVE_INCUS_SERVER_CERT),
  };
}

/** Throws BAD_USER_INPUT naming the variable. */
export async function incusSettings(env: Readonly<Record<string, string | undefined>>): Promise<IncusSettings> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const { data, error } = Settings.safeParse(given);
  if (error !== undefined) {
    const { path, message } = error.issues[0] ?? { path: [], message: 'is wrong' };
    throw wrong(String(path[0]), message);
  }
  const flavors = parseFlavors(data.DTROVE_INCUS_FLAVORS);
  if (typeof flavors === 'string') throw wrong('DTROVE_INCUS_FLAVORS', flavors);
  return {
    endpoint: await endpointOf(data),
    project: data.DTROVE_INCUS_PROJECT,
    pool: data.DTROVE_INCUS_POOL,
    network: data.DTROVE_INCUS_NETWORK,
    profile: data.DTROVE_INCUS_PROFILE,
    type: data.DTROVE_INCUS_TYPE,
    flavors,
  };
}
