import type { FastifyInstance } from 'fastify';
import { DomainError } from '../errors.js';

/** Opens the port that `setting` names; returns the one it is. Throws UNAVAILABLE in one line, and closes the app, where it cannot. */
export async function listen(app: FastifyInstance, host: string, port: number, setting: string): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    await app.close();
    throw listenError(error as NodeJS.ErrnoException, host, port, setting);
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function listenError(error: NodeJS.ErrnoException, host: string, port: number, setting: string): DomainError {
  const words: Readonly<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${host} is taken by another process; stop that one, or choose another with ${setting}`,
    EACCES: `this user may not listen on port ${port}; choose another with ${setting}`,
    EADDRNOTAVAIL: `this machine has no address ${host}; choose another with DTROVE_HOST`,
    ENOTFOUND: `there is no host ${host}; choose another with DTROVE_HOST`,
  };
  return new DomainError('UNAVAILABLE', words[error.code ?? ''] ?? error.message, { cause: error });
}
