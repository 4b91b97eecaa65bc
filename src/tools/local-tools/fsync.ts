import { open, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const atOnce = 16;

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a directory durable: every file and directory below it, itself, and its name. */
export async function syncAll(directory: string): Promise<void> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const below = entries.filter((entry) => entry.isFile() || entry.isDirectory());
  const paths = [...below.map((entry) => join(entry.parentPath, entry.name)), directory, dirname(directory)];
  const next = async (): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) await sync(path);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
