import { link, open, readFile, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';

/** Reads a file of one line; where there is none, makes it (mode 0600). Of several processes at once, one makes it and all read the same. */
export async function readOrMake(path: string, make: () => string): Promise<string> {
  const found = await readFile(path, 'utf8').catch(absent);
  if (found !== null) return found.trim();
  const temporary = `${path}.${randomUUID()}`;
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(`${make()}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  // link() fails where the name exists, so a half-written or second file is never seen under it.
  await link(temporary, path).catch(exists);
  await rm(temporary);
  return (await readFile(path, 'utf8')).trim();
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

function exists(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
