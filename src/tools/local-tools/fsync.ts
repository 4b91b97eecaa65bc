import { closeSync, fsync, openSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** How many files are synced at once: the file system then writes its journal once for many of them. */
const atOnce = 16;

function* below(directory: string): Generator<string> {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) yield* below(path);
    if (entry.isDirectory() || entry.isFile()) yield path;
  }
}

/** Syncs what `next` gives, one after the other, until it gives no more. Plain descriptors: a FileHandle costs as much again. */
function syncEach(paths: Iterator<string, undefined>): Promise<void> {
  return new Promise((resolve, reject) => {
    const step = () => {
      const next = paths.next();
      if (next.done === true) {
        resolve();
        return;
      }
      const file = openSync(next.value, 'r');
      fsync(file, (error) => {
        closeSync(file);
        if (error) reject(error);
        else step();
      });
    };
    step();
  });
}

/** Makes a directory durable: every file and directory below it, itself, and its name. */
export async function syncAll(directory: string): Promise<void> {
  const paths = [...below(directory), directory, dirname(directory)].values();
  await Promise.all(Array.from({ length: atOnce }, () => syncEach(paths)));
}

/** To be called before anything else uses threads: as many as {@link syncAll} keeps busy. */
export const prepareToSync = (): void => {
  process.env['UV_THREADPOOL_SIZE'] = String(atOnce);
};
