import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { finished } from 'node:stream/promises';
import { DomainError, messageOf } from '../../errors.js';
import { isPart, PartCounter, type Part, type Stored } from '../parts.js';
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
        const stored = await receive(partial, packing, tell);
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
      await assertWhole(path, parts);
      await unpacking({ input: checked(path, parts, tell) });
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

/** SSH brings pieces of 32 KiB: so much is written at a time, in bytes. */
const gathered = 1024 * 1024;

/** Writes what comes into `path`, as fast as the disk takes it, and syncs it. */
async function receive(path: string, packing: Packing, tell: Tell): Promise<Stored> {
  const counter = new PartCounter();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: 4 * gathered, flush: true });
  const broken = finished(file);
  broken.catch(() => undefined);
  try {
    let held: Buffer[] = [];
    let bytes = 0;
    await packing({
      output: (chunk) => {
        counter.push(chunk);
        tell(counter.size);
        held.push(chunk);
        bytes += chunk.length;
        if (bytes < gathered) return undefined;
        const room = file.write(Buffer.concat(held));
        held = [];
        bytes = 0;
        return room ? undefined : drained(file, broken);
      },
    });
    file.end(Buffer.concat(held));
    await broken;
    return counter.end();
  } catch (error) {
    file.destroy();
    // Whatever followed from it: a disk that is full is the reason.
    const { errored } = file as WriteStream & { readonly errored: Error | null };
    throw errored ?? error;
  }
}

async function drained(file: WriteStream, broken: Promise<void>): Promise<void> {
  await Promise.race([once(file, 'drain'), broken]);
}

async function assertWhole(path: string, parts: readonly Part[]): Promise<void> {
  const wanted = parts.reduce((sum, { size }) => sum + size, 0);
  const found = await stat(path).catch(absent);
  if (found === null) throw damaged(`${path} is gone`);
  if (found.size !== wanted) throw damaged(`${path} has ${found.size} bytes of ${wanted}`);
}

async function* checked(path: string, parts: readonly Part[], tell: Tell): AsyncGenerator<Buffer> {
  const file = await open(path, 'r');
  let at = 0;
  try {
    for (const [i, part] of parts.entries()) {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(part.size), 0, part.size, at);
      const piece = buffer.subarray(0, bytesRead);
      if (!isPart(piece, part)) throw damaged(`part ${i + 1} of ${parts.length} of ${path} does not have its checksum`);
      at += part.size;
      yield piece;
      tell(at);
    }
  } finally {
    await file.close();
  }
}

const damaged = (what: string): DomainError =>
  new DomainError('BACKUP_DAMAGED', `${what}: the backup was changed since it was made. Restore another one`);
