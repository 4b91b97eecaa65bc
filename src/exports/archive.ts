import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, pack, type Extract as Unpack, type Pack } from 'tar-stream';
import { DomainError, messageOf } from '../errors.js';
import { manifestName, readManifest, type Manifest } from './manifest.js';

type Entry = Unpack extends AsyncIterable<infer Member> ? Member : never;

/** Far more than the manifest of ten thousand tables has. */
const longestManifest = 64 * 1024 * 1024;

const refuse = (words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `the archive cannot be imported: ${words}`);

/** Takes bytes; what it gives has to be waited for before it is given more. */
export type Taker = (chunk: Buffer) => Promise<void> | undefined;

/** One member that is to be written: `feed` gives exactly `size` bytes, and ends when `signal` says that they are not wanted any more. */
export interface Member {
  readonly name: string;
  readonly size: number;
  readonly feed: (take: Taker, signal: AbortSignal) => Promise<void>;
}

async function writeMember(
  archive: Pack,
  { name, size, feed }: Member,
  mtime: Date,
  signal: AbortSignal,
): Promise<void> {
  const entry = archive.entry({ name, size, mtime, mode: 0o600 });
  entry.on('error', () => undefined); // what failed, the file or the feed, tells
  await feed((chunk) => {
    if (entry.write(chunk)) return undefined;
    return once(entry, 'drain', { signal }).then(() => undefined);
  }, signal);
  const closed = once(entry, 'close', { signal });
  entry.end(null);
  await closed;
}

/** Writes an archive to `path`; its size and SHA-256. In constant memory, however large its members are. */
export async function writeArchive(
  path: string,
  manifest: string,
  members: readonly Member[],
  signal: AbortSignal,
): Promise<{ readonly size: number; readonly sha256: string }> {
  const archive = pack();
  const hash = createHash('sha256');
  let size = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  const mtime = new Date();
  const broken = new AbortController();
  const written = pipeline(archive, meter, createWriteStream(path, { mode: 0o600, flush: true }));
  written.catch((error: unknown) => {
    broken.abort(error);
  });
  const either = AbortSignal.any([signal, broken.signal]);
  try {
    archive.entry({ name: manifestName, mtime, mode: 0o600 }, manifest);
    for (const member of members) await writeMember(archive, member, mtime, either);
    archive.finalize();
    await written;
    return { size, sha256: hash.digest('hex') };
  } catch (error) {
    // What broke the file comes out of whoever waited for it as an abort.
    const why = broken.signal.aborted && !(error instanceof DomainError) ? (broken.signal.reason as Error) : error;
    archive.destroy();
    await written.catch(() => undefined);
    signal.throwIfAborted();
    throw why;
  }
}

const notWhole = (error: unknown): DomainError =>
  refuse(`it is no whole tar archive (${messageOf(error)}); it was cut short or changed on its way`);

/** The bytes of a member. Throws BAD_USER_INPUT where the archive ends too early. */
async function* bytesOf(entry: Entry): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of entry) yield chunk as Buffer;
  } catch (error) {
    throw notWhole(error);
  }
}

/** The members of an archive in their order. Throws BAD_USER_INPUT where it is no tar, or ends too early. */
async function* entriesOf(path: string, signal?: AbortSignal): AsyncGenerator<Entry> {
  const unpack = extract();
  const file = createReadStream(path);
  pipeline(file, unpack, signal === undefined ? {} : { signal }).catch(() => undefined); // whoever reads hears of it
  const entries = unpack[Symbol.asyncIterator]();
  try {
    // By hand: whoever has seen enough need not wait for the rest.
    for (let next = await entries.next(); next.done !== true; next = await entries.next()) yield next.value;
  } catch (error) {
    signal?.throwIfAborted();
    throw notWhole(error);
  } finally {
    file.destroy();
    unpack.destroy();
  }
}

async function textOf(entry: Entry): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of bytesOf(entry)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** The manifest, which is the first member. */
export async function manifestOf(path: string): Promise<Manifest> {
  for await (const entry of entriesOf(path)) {
    const { name, size, type } = entry.header;
    if (name !== manifestName || type !== 'file')
      throw refuse(`its first member is ${JSON.stringify(name)}, not ${manifestName}; it is no export of DTrove`);
    if (size > longestManifest) throw refuse(`its ${manifestName} is too large`);
    return readManifest(await textOf(entry));
  }
  throw refuse('it is empty');
}

/** Reads all of it, and throws BAD_USER_INPUT at the first thing that is not as the manifest has it. */
export async function checkArchive(
  path: string,
  manifest: Manifest,
  signal: AbortSignal,
  told: (words: string) => void,
): Promise<void> {
  const missing = new Map(manifest.databases.map((database) => [database.member, database]));
  let first = true;
  for await (const entry of entriesOf(path, signal)) {
    const { name, type } = entry.header;
    if (first) {
      first = false;
      entry.resume();
      continue;
    }
    const wanted = missing.get(name);
    if (wanted === undefined || type !== 'file')
      throw refuse(`its member ${JSON.stringify(name)} (${type}) is none that its manifest names`);
    missing.delete(name);
    const hash = createHash('sha256');
    let size = 0;
    for await (const chunk of bytesOf(entry)) {
      hash.update(chunk);
      size += chunk.length;
    }
    if (size !== wanted.size) throw refuse(`${name} has ${size} bytes in place of ${wanted.size}`);
    if (hash.digest('hex') !== wanted.sha256)
      throw refuse(`${name} is not what was exported: its SHA-256 is another than the manifest has`);
    told(`${name}: ${size} bytes, whole\n`);
  }
  const [lost] = missing.keys();
  if (lost !== undefined) throw refuse(`${lost} is missing; it was cut short`);
}

/** The bytes of one member from `from` on. */
export async function* memberOf(path: string, member: string, from: number): AsyncGenerator<Buffer> {
  for await (const entry of entriesOf(path)) {
    if (entry.header.name !== member) {
      entry.resume();
      continue;
    }
    let skip = from;
    for await (const bytes of bytesOf(entry)) {
      if (skip < bytes.length) yield bytes.subarray(skip);
      skip = Math.max(0, skip - bytes.length);
    }
    return;
  }
  throw refuse(`${member} is missing`);
}
