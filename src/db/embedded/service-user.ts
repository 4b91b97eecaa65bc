import { execFile, type SpawnOptions } from 'node:child_process';
import { promisify } from 'node:util';
import { DomainError } from '../../errors.js';

const run = promisify(execFile);

/** The OS user that PostgreSQL runs as when we are root. */
export interface ServiceUser {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
}

async function lookUp(name: string): Promise<ServiceUser | null> {
  try {
    const [uid, gid] = await Promise.all(['-u', '-g'].map((flag) => run('id', [flag, '--', name])));
    // macOS gives `nobody` the uid -2, printed unsigned; spawn wants it signed.
    return { uid: Number(uid?.stdout) | 0, gid: Number(gid?.stdout) | 0, name };
  } catch {
    return null;
  }
}

/**
 * Whom to run PostgreSQL as: null when we are not root ourselves. As root `wanted` (DTROVE_LOCAL_USER), else the first
 * that exists of the usual ones. Throws DomainError UNAVAILABLE where there is none, or it is root.
 */
export async function serviceUser(wanted?: string): Promise<ServiceUser | null> {
  if (process.getuid?.() !== 0) return null;
  const names = wanted === undefined || wanted === '' ? ['postgres', '_postgres', 'nobody'] : [wanted];
  for (const name of names) {
    const user = await lookUp(name);
    if (user?.uid === 0)
      throw new DomainError('UNAVAILABLE', `PostgreSQL cannot run as ${name}: name another user in DTROVE_LOCAL_USER`);
    if (user) return user;
  }
  throw new DomainError(
    'UNAVAILABLE',
    `PostgreSQL refuses to run as root, and there is no user ${names.join(' or ')}: name one in DTROVE_LOCAL_USER`,
  );
}

/** Spawn options that drop to the user, keeping no group of ours. */
export const asUser = (user: ServiceUser | null): Pick<SpawnOptions, 'uid' | 'gid'> =>
  user === null ? {} : { uid: user.uid, gid: user.gid };

/** Whether the user may do with `path` what `test` calls `-r`, `-x`, … Asked of the kernel, so that ACLs count too. */
export async function may(user: ServiceUser | null, flags: readonly string[], path: string): Promise<boolean> {
  const script = flags.map((flag) => `test ${flag} "$1"`).join(' && ');
  try {
    await run('/bin/sh', ['-c', script, 'sh', path], { ...asUser(user), cwd: '/', env: {} });
    return true;
  } catch (error) {
    if (typeof (error as { code?: unknown }).code === 'number') return false;
    throw new DomainError('UNAVAILABLE', `cannot become the user ${user?.name ?? ''}: ${(error as Error).message}`);
  }
}
