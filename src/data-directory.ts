import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { DomainError, messageOf } from './errors.js';

const unusable = (what: string, error: unknown): DomainError =>
  new DomainError('UNAVAILABLE', `${what}: ${messageOf(error)}; choose another with DTROVE_DATA_DIR`, { cause: error });

/** Not `recursive`: in a place like /proc, where nobody can make anything, Node's own tries for ever. */
async function make(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o755 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || (await stat(parent).catch(() => null)) !== null) throw error;
    await make(parent);
    await make(path);
  }
}

/** pg_ctl puts paths between double quotes for a shell, unescaped: these would not stay what they are. */
function assertPlain(path: string): void {
  const [wrong] = /["$`\\\n]/.exec(path) ?? [];
  if (wrong === undefined) return;
  const words = `PostgreSQL cannot run in a directory with ${JSON.stringify(wrong)} in its path`;
  throw new DomainError('BAD_USER_INPUT', `DTROVE_DATA_DIR: ${words} (${JSON.stringify(path)})`);
}

/**
 * Makes the data directory. Throws UNAVAILABLE where it cannot be made or written, or belongs to another user, and
 * BAD_USER_INPUT where PostgreSQL could not bear its path: nothing in it is touched.
 */
export async function openDataDirectory(path: string): Promise<void> {
  assertPlain(path);
  await make(path).catch((error: unknown) => {
    throw unusable('cannot make the data directory', error);
  });
  const { uid } = await stat(path);
  const own = process.getuid?.() ?? uid;
  if (uid !== own) {
    throw new DomainError(
      'UNAVAILABLE',
      `the data directory ${path} belongs to another user (uid ${uid}, this is ${own}); start as that user, or choose another with DTROVE_DATA_DIR`,
    );
  }
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK).catch((error: unknown) => {
    throw unusable('cannot use the data directory', error);
  });
}
