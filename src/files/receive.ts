import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { PartCounter, type Stored } from './parts.js';

/** Takes a piece; the next may come when what it returns has resolved. */
export type Take = (chunk: Buffer) => Promise<void> | undefined;

/** SSH brings pieces of 32 KiB: so much is written at a time, in bytes. */
const gathered = 1024 * 1024;

/**
 * Writes what `receive` hands over into a new file, as fast as the disk takes it, and syncs it. `tell` is told how many
 * bytes there are by now. Throws what `receive` throws, or the disk.
 */
export async function receiveFile<T>(
  path: string,
  receive: (take: Take) => Promise<T>,
  tell: (bytes: number) => void,
): Promise<{ readonly result: T; readonly stored: Stored }> {
  const counter = new PartCounter();
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600, highWaterMark: 4 * gathered, flush: true });
  const broken = finished(file);
  broken.catch(() => undefined);
  let corked = 0;
  try {
    await Promise.race([once(file, 'open'), broken]);
    const result = await receive((chunk) => {
      counter.push(chunk);
      tell(counter.size);
      if (corked === 0) file.cork();
      const room = file.write(chunk);
      corked += chunk.length;
      if (corked < gathered) return undefined;
      corked = 0;
      file.uncork();
      return room ? undefined : drained(file, broken);
    });
    file.end();
    await broken;
    return { result, stored: counter.end() };
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
