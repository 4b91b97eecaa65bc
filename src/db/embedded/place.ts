import { createHash, randomBytes } from 'node:crypto';
import { chmod, lstat, mkdir, readlink, realpath, rm, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DomainError, messageOf } from '../../errors.js';
import { may, type ServiceUser } from './service-user.js';

/** Where things go that another user must reach, when the data directory lies where only root can enter. */
export const systemRoot = '/var/lib/dtrove';

/** Makes a directory that we own: closed to others, but for the service user who must pass through to its own. */
export async function makeOwn(path: string, user: ServiceUser | null): Promise<void> {
  const first = await mkdir(path, { recursive: true, mode: user === null ? 0o700 : 0o711 });
  if (first === undefined || user === null) return;
  // What we have just made, against a strict umask; never what was there.
  for (let made = path; made.length >= first.length; made = dirname(made)) await chmod(made, 0o711);
}

const kindOf = async (path: string): Promise<'link' | 'directory' | 'nothing'> => {
  try {
    return (await lstat(path)).isSymbolicLink() ? 'link' : 'directory';
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'nothing';
    throw error;
  }
};

/** Puts it below {@link systemRoot}, and a link to it at `path`. Racing processes agree: the first link counts. */
async function placeOutside(dataDir: string, name: string, user: ServiceUser): Promise<void> {
  const hash = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  // The random part: a data directory that was removed and made anew must not find the old one's databases.
  const target = join(systemRoot, hash, `${name}-${randomBytes(3).toString('hex')}`);
  await makeOwn(target, user);
  try {
    await symlink(target, join(dataDir, name));
  } catch (error) {
    await rm(target, { recursive: true });
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

async function find(dataDir: string, name: string, user: ServiceUser | null): Promise<string> {
  await makeOwn(dataDir, user);
  const home = await realpath(dataDir);
  const path = join(home, name);
  const kind = await kindOf(path);
  if (kind === 'link') await makeOwn(await readlink(path), user);
  if (kind === 'nothing') {
    if (user === null || (await may(user, ['-x'], home))) await makeOwn(path, user);
    else await placeOutside(home, name, user);
  }
  return realpath(path);
}

/**
 * The directory `<dataDir>/<name>`, made when it is not there: the real path of a place that `user` can pass through
 * (null: ourselves). It belongs to us; what the user shall own goes below it. Where the user cannot enter the data
 * directory (a clone in /root), the place is elsewhere and `<dataDir>/<name>` leads to it; nothing is ever chmod-ed.
 * Throws DomainError UNAVAILABLE where it cannot be made, belongs to somebody else, or cannot be entered.
 */
export async function placeFor(dataDir: string, name: string, user: ServiceUser | null): Promise<string> {
  const place = await find(dataDir, name, user).catch((cause: unknown) => {
    throw new DomainError('UNAVAILABLE', `cannot use the data directory ${dataDir}: ${messageOf(cause)}`, { cause });
  });
  const us = process.getuid?.();
  const { uid } = await stat(place);
  if (us !== undefined && uid !== us) {
    const message = `${place} belongs to uid ${String(uid)}, and this is uid ${String(us)}: choose another data directory`;
    throw new DomainError('UNAVAILABLE', message);
  }
  if (user === null || (await may(user, ['-x'], place))) return place;
  throw new DomainError(
    'UNAVAILABLE',
    `the user ${user.name} cannot enter ${place}: move it, or open ${dirname(place)}`,
  );
}
