import { constants } from 'node:os';
import type { Client, ClientChannel } from 'ssh2';
import { Secret } from '../shell/secret.js';
import type { Result } from './remote.js';
import { Tail } from './tail.js';

const kept = 1024 * 1024;

/** How long a channel that was told to close may still count as open, in milliseconds. */
export const closeGrace = 5_000;

interface Execution {
  readonly text: string;
  readonly stdin: string | Secret | undefined;
  readonly signal: AbortSignal;
  readonly onOutput: ((chunk: string) => void) | undefined;
  /** Called once, when the server has let go of the channel. */
  readonly onClosed: () => void;
  /** Makes the error for a command that did not come to its end, from the reason. */
  readonly lost: (reason: string) => Error;
}

interface SignallableChannel {
  readonly outgoing: { readonly id: number };
  readonly _client: { readonly _protocol: { signal(channel: number, name: string): void } };
}

export function terminate(channel: ClientChannel): void {
  // channel.signal() does nothing once stdin has ended, which it has: so speak to the protocol.
  const { outgoing, _client } = channel as unknown as SignallableChannel;
  _client._protocol.signal(outgoing.id, 'TERM');
  channel.close();
}

const signals: Readonly<Partial<Record<string, number>>> = constants.signals;

/** As a shell says it: 128 and the signal's number for a command that a signal ended. */
export const exitCode = (code: number | null, signal: string | undefined): number =>
  code ?? 128 + (signals[signal ?? ''] ?? 0);

/** Opens a channel with a command, and gives it to `attach`, or the reason why there is none to `refuse`. */
export function openChannel(
  client: Client,
  text: string,
  attach: (channel: ClientChannel) => void,
  refuse: (error: Error) => void,
): void {
  try {
    client.exec(text, (error, channel) => {
      if (error) refuse(error);
      else attach(channel);
    });
  } catch (error) {
    refuse(error as Error);
  }
}

/** Runs one command on an open connection. Rejects with the signal's reason, or with what `lost` makes. */
export function exec(client: Client, { text, stdin, signal, onOutput, onClosed, lost }: Execution): Promise<Result> {
  return new Promise((resolve, reject) => {
    const attach = (channel: ClientChannel) => {
      const stdout = new Tail(kept);
      const stderr = new Tail(kept);
      let code: number | null = null;
      const end = (reason: Error) => {
        terminate(channel);
        setTimeout(onClosed, closeGrace).unref();
        reject(reason);
      };
      const abort = () => {
        end(signal.reason as Error);
      };
      const collect = (tail: Tail) => (chunk: Buffer) => {
        const whole = tail.push(chunk);
        try {
          if (whole !== '' && !signal.aborted) onOutput?.(whole);
        } catch (error) {
          end(error as Error);
        }
      };
      channel.on('data', collect(stdout));
      channel.stderr.on('data', collect(stderr));
      channel.on('exit', (exit: number | null, name?: string) => {
        code = exitCode(exit, name);
      });
      channel.on('error', () => undefined); // 'close' follows
      channel.on('close', () => {
        signal.removeEventListener('abort', abort);
        onClosed();
        if (code === null) reject(lost('the connection was lost before the command ended'));
        else resolve({ code, stdout: stdout.text(), stderr: stderr.text() });
      });
      channel.end(stdin instanceof Secret ? stdin.reveal() : (stdin ?? ''));
      if (signal.aborted) abort();
      else signal.addEventListener('abort', abort, { once: true });
    };
    openChannel(client, text, attach, (error) => {
      onClosed();
      reject(lost(error.message));
    });
  });
}
