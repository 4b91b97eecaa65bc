import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { DomainError, messageOf } from '../errors.js';

/**
 * Reads a file of one line; where there is none, makes it (mode 0600). Of several processes at once, one makes it and
 * all read the same. Throws UNAVAILABLE in one line where it cannot, or where the file is empty.
 */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  const text = await readOrMakeText(path, make).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw new DomainError('UNAVAILABLE', `cannot use the file ${path}: ${messageOf(error)}`, { cause: error });
  });
  if (text.trim() !== '') return text.trim();
  throw new DomainError('UNAVAILABLE', `the file ${path} is empty: restore it, or remove it to have a new one made`);
}

async function readOrMakeText(path: string, make: () => string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(absent);
  if (found !== null) return found;
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${make()}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    // link() fails where the name exists, so a half-written or second file is never seen under it.
    await link(temporary, path).catch(exists);
  } finally {
    await rm(temporary, { force: true });
  }
  return readFile(path, 'utf8');
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function exists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
