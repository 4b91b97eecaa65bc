import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds: until an attempt counts as failed, and between two. */
const attemptMs = 1000;
const pauseMs = 50;

/** Whether an SSH server greets at an address. Ends with the signal. */
function greets(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    const socket = connect({ host, port, signal });
    socket.setTimeout(attemptMs, end(false));
    socket.once('data', (data) => {
      end(data.toString('latin1').startsWith('SSH-'))();
    });
    socket.once('error', end(false)).once('close', end(false));
  });
}

/** Waits until an SSH server greets, for at most so many milliseconds. Whether it did. Throws the signal's reason. */
export async function awaitGreeting(
  host: string,
  port: number,
  patienceMs: number,
  signal: AbortSignal,
): Promise<boolean> {
  const end = performance.now() + patienceMs;
  while (!(await greets(host, port, signal))) {
    signal.throwIfAborted();
    if (performance.now() > end) return false;
    await delay(pauseMs, undefined, { signal });
  }
  return true;
}
