import { mkdir, stat } from 'node:fs/promises';
import { DomainError, messageOf } from './errors.js';

/** Makes the data directory. Throws UNAVAILABLE where it cannot be made, or belongs to another user: nothing in it is touched. */
export async function openDataDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o755 });
  } catch (error) {
    throw new DomainError(
      'UNAVAILABLE',
      `cannot make the data directory: ${messageOf(error)}; choose another with DTROVE_DATA_DIR`,
      { cause: error },
    );
  }
  const { uid } = await stat(path);
  const own = process.getuid?.() ?? uid;
  if (uid === own) return;
  throw new DomainError(
    'UNAVAILABLE',
    `the data directory ${path} belongs to another user (uid ${uid}, this is ${own}); start as that user, or choose another with DTROVE_DATA_DIR`,
  );
}
