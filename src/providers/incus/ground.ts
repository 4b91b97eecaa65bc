import { DomainError } from '../../errors.js';
import type { IncusApi } from './api.js';
import { segment } from './names.js';
import type { IncusSettings } from './settings.js';
import { Profile } from './shapes.js';

/** What servers stand on: the name of the root disk's device, and the pool of it and of volumes. */
export interface Ground {
  readonly root: string;
  readonly pool: string;
}

/** Reads it from the settings and the profile. Throws PROVIDER_FAILED where neither names a pool or there is no profile. */
export async function groundOf(
  api: IncusApi,
  { profile, pool }: Pick<IncusSettings, 'profile' | 'pool'>,
  signal: AbortSignal,
): Promise<Ground> {
  const found = await api.find(Profile, `/profiles/${segment(profile)}`, signal);
  if (found === null) throw new DomainError('PROVIDER_FAILED', `DTROVE_INCUS_PROFILE: Incus has no profile ${profile}`);
  const [root, device] = Object.entries(found.devices).find(([, { path }]) => path === '/') ?? ['root', {}];
  const chosen = pool === '' ? (device['pool'] ?? '') : pool;
  if (chosen !== '') return { root, pool: chosen };
  throw new DomainError('PROVIDER_FAILED', `the profile ${profile} names no storage pool: set DTROVE_INCUS_POOL`);
}
