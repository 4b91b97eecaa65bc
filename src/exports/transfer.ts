import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../errors.js';
import type { ByteRemote } from '../remote/remote.js';
import { sh } from '../shell/command.js';
import type { Taker } from './archive.js';

export interface TransferContext {
  readonly signal: AbortSignal;
  /** Called right before each command is sent. */
  readonly before: () => void;
  /** Told how many bytes there are by now. */
  readonly progress?: (bytes: number) => void;
}

/** How often a connection may break without a byte between, and the pause after it in milliseconds. */
const mostBreaks = 10;
const pause = 1_000;

const cannot = (what: string, code: number, stderr: string): DomainError =>
  new DomainError('STEP_FAILED', `cannot ${what}, exit ${code}: ${stderr.trim()}`);

/** Does `attempt` until it is done; after a break of the connection it goes on from what has arrived. */
async function patiently(arrived: () => number, signal: AbortSignal, attempt: () => Promise<boolean>): Promise<void> {
  let breaks = 0;
  for (;;) {
    const before = arrived();
    try {
      if (await attempt()) return;
    } catch (error) {
      breaks = arrived() > before ? 1 : breaks + 1;
      if (!(error instanceof DomainError) || !error.retryable || signal.aborted || breaks >= mostBreaks) throw error;
      await delay(pause, undefined, { signal });
    }
  }
}

/** Gives `take` the `size` bytes of a file on a server, in constant memory. */
export async function fetchFile(
  remote: ByteRemote,
  path: string,
  size: number,
  take: Taker,
  { signal, before, progress }: TransferContext,
): Promise<void> {
  let taken = 0;
  const output = (chunk: Buffer): Promise<void> | undefined => {
    taken += chunk.length;
    progress?.(taken);
    return take(chunk);
  };
  await patiently(
    () => taken,
    signal,
    async () => {
      const { code, stderr } = await remote.transfer(sh`tail -c +${taken + 1} ${path}`, { output, signal, before });
      if (code !== 0) throw cannot(`read ${path}`, code, stderr);
      if (taken !== size)
        throw new DomainError(
          'STEP_FAILED',
          `${path} has ${taken} bytes in place of ${size}: it has changed meanwhile`,
        );
      return true;
    },
  );
}

/** A small file as a whole. */
export async function readFile(
  remote: ByteRemote,
  path: string,
  limit: number,
  { signal, before }: TransferContext,
): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const output = (chunk: Buffer): undefined => {
    size += chunk.length;
    if (size > limit) throw new DomainError('STEP_FAILED', `${path} is larger than ${limit} bytes`);
    chunks.push(chunk);
  };
  const { code, stderr } = await remote.transfer(sh`cat ${path}`, { output, signal, before });
  if (code !== 0) throw cannot(`read ${path}`, code, stderr);
  return Buffer.concat(chunks).toString();
}

/** Writes the `size` bytes that `read` gives from a place on to `path` on a server, going on where an earlier attempt was cut. */
export async function sendFile(
  remote: ByteRemote,
  path: string,
  size: number,
  read: (from: number) => AsyncIterable<Buffer>,
  { signal, before, progress }: TransferContext,
): Promise<void> {
  let there = 0;
  async function* input(from: number): AsyncGenerator<Buffer> {
    let given = from;
    for await (const chunk of read(from)) {
      yield chunk;
      given += chunk.length;
      progress?.(given);
    }
  }
  await patiently(
    () => there,
    signal,
    async () => {
      const asked = await remote.run(sh`umask 077; : >>${path} && wc -c <${path}`, { signal, before });
      if (asked.code !== 0) throw cannot(`write ${path}`, asked.code, asked.stderr);
      there = Number(asked.stdout);
      if (there > size) {
        await remote.run(sh`rm -f ${path}`, { signal, before });
        return false;
      }
      const { code, stderr } = await remote.transfer(sh`cat >>${path}`, { input: input(there), signal, before });
      if (code !== 0) throw cannot(`write ${path}`, code, stderr);
      return true;
    },
  );
}
