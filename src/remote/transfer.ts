import type { Client, ClientChannel } from 'ssh2';
import type { Secret } from '../shell/secret.js';
import type { Transferred, TransferOptions } from './remote.js';
import { closeGrace, exitCode, openChannel, terminate } from './exec.js';
import { Tail } from './tail.js';

const keptOfStderr = 64 * 1024;

interface Execution extends Omit<TransferOptions, 'before' | 'signal' | 'file'> {
  readonly text: string;
  readonly signal: AbortSignal;
  /** Called once, when the server has let go of the channel. */
  readonly onClosed: () => void;
  /** Makes the error for a command that did not come to its end, from the reason. */
  readonly lost: (reason: string) => Error;
}

/** Feeds what `input` gives, as fast as the server takes it, until it ends or `closed` says that nobody reads. */
async function feed(channel: ClientChannel, input: AsyncIterable<Buffer | string>, closed: Promise<void>) {
  const reader = { gone: false };
  void closed.then(() => {
    reader.gone = true;
  });
  for await (const piece of input) {
    // It may have closed while the piece was made.
    if (reader.gone) return;
    if (channel.write(piece)) continue;
    const drained = new Promise<void>((resolve) => {
      channel.once('drain', resolve);
    });
    await Promise.race([drained, closed]);
  }
  channel.end();
}

/** Runs one command whose stdin and stdout are bytes. Rejects with the signal's reason, with what `input` or `output` throws, or with what `lost` makes. */
export function transfer(
  client: Client,
  { text, first, input, output, onSaid, signal, onClosed, lost }: Execution,
): Promise<Transferred> {
  return new Promise((resolve, reject) => {
    const attach = (channel: ClientChannel) => {
      const stderr = new Tail(keptOfStderr);
      let code: number | null = null;
      let taking: Promise<void> = Promise.resolve();
      const closed = new Promise<void>((end) => {
        channel.on('close', end);
      });
      const fail = (reason: unknown) => {
        signal.removeEventListener('abort', abort);
        terminate(channel);
        setTimeout(onClosed, closeGrace).unref();
        // What it still sends is thrown away, or the channel would never close.
        channel.removeAllListeners('data').resume();
        reject(reason instanceof Error ? reason : new Error(String(reason)));
      };
      const abort = () => {
        fail(signal.reason);
      };
      channel.on('data', (chunk: Buffer) => {
        const pause = output?.(chunk);
        if (pause === undefined) return;
        channel.pause();
        taking = pause.then(() => {
          channel.resume();
        });
        taking.catch(fail);
      });
      channel.stderr.on('data', (chunk: Buffer) => {
        const said = stderr.push(chunk);
        if (said !== '') onSaid?.(said);
      });
      channel.on('exit', (exit: number | null, name?: string) => {
        code = exitCode(exit, name);
      });
      channel.on('error', () => undefined); // 'close' follows
      feed(channel, after(first, input), closed).catch(fail);
      void closed.then(async () => {
        signal.removeEventListener('abort', abort);
        onClosed();
        await taking.catch(() => undefined);
        if (code === null) reject(lost('the connection was lost before the command ended'));
        else resolve({ code, stderr: stderr.text() });
      });
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    };
    openChannel(client, text, attach, (error) => {
      onClosed();
      reject(lost(error.message));
    });
  });
}

async function* after(first: Secret | undefined, rest: AsyncIterable<Buffer | string> | undefined) {
  if (first !== undefined) yield first.reveal();
  if (rest !== undefined) yield* rest;
}
