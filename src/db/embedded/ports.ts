import { createServer } from 'node:net';
import { randomInt } from 'node:crypto';
import { DomainError } from '../../errors.js';

/** Whether this machine's loopback address has the port free, tried by binding it. */
export const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });

/** All ports from `first` to `last`, from a random one on, so that racing processes seldom try the same. */
export function* portsOf(first: number, last: number): Generator<number> {
  const count = last - first + 1;
  const start = randomInt(count);
  for (let i = 0; i < count; i += 1) yield first + ((start + i) % count);
}

/** The first free port of a range. Throws DomainError UNAVAILABLE when all are taken. */
export async function freePort(first: number, last: number): Promise<number> {
  for (const port of portsOf(first, last)) if (await isFree(port)) return port;
  throw new DomainError('UNAVAILABLE', `no free port from ${String(first)} to ${String(last)}`, { retryable: true });
}
