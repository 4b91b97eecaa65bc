import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { DomainError, messageOf } from '../../errors.js';
import type { Part, Stored } from '../../files/parts.js';
import type { Packing, Store, Tell, Unpacking } from './store.js';

interface Options {
  readonly tell: Tell;
  readonly signal: AbortSignal;
}

const suffix = { data: '.backup', manifest: '.json', partial: '.partial' };

/** Backups as files below a directory: `<location>.backup` with `<location>.json`. */
export class FolderStore implements Store {
  constructor(private readonly root: string) {}

  async check(): Promise<void> {
    const probe = join(this.root, `.probe-${randomUUID()}`);
    await this.inWords(async () => {
      await mkdir(this.root, { recursive: true, mode: 0o700 });
      await writeWhole(probe, 'a probe of DTrove\n');
      await readFile(probe);
      await rm(probe);
    });
  }

  keep(location: string, packing: Packing, describe: (stored: Stored) => string, { tell }: Options): Promise<Stored> {
    return this.inWords(async () => {
      const data = this.path(location, suffix.data);
      await this.clear(location);
      await mkdir(dirname(data), { recursive: true, mode: 0o700 });
      const partial = `${data}.${randomUUID()}${suffix.partial}`;
      try {
        const stored = await packing({ file: { into: partial, tell } });
        if (stored === undefined) throw new Error('nobody has told what was stored');
        await rename(partial, data);
        await writeWhole(this.path(location, suffix.manifest), describe(stored));
        return stored;
      } catch (error) {
        await rm(partial, { force: true });
        await rm(data, { force: true });
        throw error;
      }
    });
  }

  manifest(location: string): Promise<string | null> {
    return this.inWords(() => readFile(this.path(location, suffix.manifest), 'utf8').catch(absent));
  }

  give(location: string, parts: readonly Part[], unpacking: Unpacking, { tell }: Options): Promise<void> {
    return this.inWords(async () => {
      const path = this.path(location, suffix.data);
      await unpacking({ file: { from: path, parts, tell } });
    });
  }

  remove(location: string): Promise<void> {
    return this.inWords(async () => {
      // The manifest first: what is half removed is no backup.
      await rm(this.path(location, suffix.manifest), { force: true });
      await rm(this.path(location, suffix.data), { force: true });
      await this.clear(location);
      await rmdir(dirname(this.path(location, ''))).catch(() => undefined);
    });
  }

  /** What attempts that were cut have left. */
  private async clear(location: string): Promise<void> {
    const data = this.path(location, suffix.data);
    const names = await readdir(dirname(data)).catch(() => []);
    const left = names.filter((name) => name.startsWith(`${basename(data)}.`) && name.endsWith(suffix.partial));
    for (const name of left) await rm(join(dirname(data), name), { force: true });
  }

  private path(location: string, end: string): string {
    return join(this.root, `${location}${end}`);
  }

  /** What the file system says, as what it means. */
  private async inWords<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { syscall, code } = error as NodeJS.ErrnoException;
      if (syscall === undefined || error instanceof DomainError) throw error;
      const now = code === 'ENOSPC' || code === 'EDQUOT' ? 'make room there' : 'see that it can be read and written';
      throw new DomainError('UNAVAILABLE', `the folder of backups ${this.root}: ${messageOf(error)}; ${now}`, {
        cause: error,
      });
    }
  }
}

function absent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT') return null;
  throw error;
}

/** Writes a small file so that it is there whole or not at all. */
async function writeWhole(path: string, text: string): Promise<void> {
  const partial = `${path}.${randomUUID()}${suffix.partial}`;
  const file = await open(partial, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}
