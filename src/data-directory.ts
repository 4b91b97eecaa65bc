import { access, constants, stat } from 'node:fs/promises';
import { makeDirectories } from './directories.js';
import { DomainError, messageOf } from './errors.js';

const unusable = (what: string, error: unknown): DomainError =>
  new DomainError('UNAVAILABLE', `${what}: ${messageOf(error)}; choose another with DTROVE_DATA_DIR`, { cause: error });

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
  await makeDirectories(path, 0o755).catch((error: unknown) => {
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
