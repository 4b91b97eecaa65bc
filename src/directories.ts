import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a directory, and those above it that are not there. Not by mkdir's own `recursive`: in a place like /proc, where
 * nobody can make anything, that tries for ever.
 */
export async function makeDirectories(path: string, mode: number): Promise<void> {
  try {
    await mkdir(path, { mode });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return;
    const parent = dirname(path);
    if (code !== 'ENOENT' || (await stat(parent).catch(() => null)) !== null) throw error;
    await makeDirectories(parent, mode);
    await makeDirectories(path, mode);
  }
}
