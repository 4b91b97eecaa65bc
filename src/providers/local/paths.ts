import { createHash } from 'node:crypto';
import { chmod, chown, lstat, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ServiceUser } from '../../db/embedded/service-user.js';
import { DomainError } from '../../errors.js';

/** A socket's path may have 103 bytes on macOS; its name takes a few of them. */
const longestRunDir = 90;
const keyShape = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Where the parts of one server are. */
export interface ServerPaths {
  /** The server's directory, and the HOME of its commands. */
  readonly home: string;
  readonly record: string;
  readonly hostKey: string;
  /** Executables in it run when the server boots. */
  readonly autostart: string;
  /** For sockets; short enough. */
  readonly run: string;
  /** What `home` is called from the moment it is being destroyed. */
  readonly doomed: string;
}

/** What we share among all data directories of this user: short paths, and ports that are spoken for. Gone at a reboot. */
export const shared = `/tmp/dtrove-${String(process.getuid?.() ?? 0)}`;

/** Whether it can be a server's key, and so its id. */
export const isKey = (text: string): boolean => keyShape.test(text);

/** Throws BAD_USER_INPUT for a key that is no plain name. */
export function pathsOf(servers: string, key: string): ServerPaths {
  if (!isKey(key)) throw new DomainError('BAD_USER_INPUT', `${JSON.stringify(key)} is no key of a server`);
  const home = join(servers, key);
  const inside = join(home, 'run');
  const outside = join(shared, createHash('sha256').update(home).digest('hex').slice(0, 12));
  return {
    home,
    record: join(home, 'server.json'),
    hostKey: join(home, 'host_key'),
    autostart: join(home, 'autostart'),
    run: Buffer.byteLength(inside) <= longestRunDir ? inside : outside,
    doomed: join(servers, `.doomed-${key}`),
  };
}

/** Makes {@link shared}. Throws UNAVAILABLE where somebody else has made something of that name: anyone may write in /tmp. */
export async function makeShared(user: ServiceUser | null): Promise<void> {
  const mode = user === null ? 0o700 : 0o711;
  try {
    await mkdir(shared, { mode });
    await chmod(shared, mode);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const { uid } = await lstat(shared);
    const isOurs = uid === (process.getuid?.() ?? uid) && (await lstat(shared)).isDirectory();
    if (!isOurs) throw new DomainError('UNAVAILABLE', `${shared} belongs to uid ${String(uid)}: remove it`);
  }
}

/** A directory that the service user owns and nobody else enters. */
export async function makeTheirs(path: string, user: ServiceUser | null): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (user !== null) await chown(path, user.uid, user.gid);
}
