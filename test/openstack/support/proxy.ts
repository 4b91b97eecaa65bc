import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request on its way to a service. */
export interface Passing {
  readonly method: string;
  readonly path: string;
  readonly token: string;
}

/**
 * What becomes of a request: it passes; it is lost before the service hears it; or the service hears it, and its answer is lost or
 * kept back.
 */
export type Fate = 'pass' | 'unheard' | 'unanswered' | 'held';

export type Decide = (one: Passing) => Fate;

export interface Proxy {
  readonly url: string;
  readonly seen: Passing[];
  close(): Promise<void>;
}

/** Stands before a service of the cloud, notes what passes, and decides what becomes of it. */
export async function openProxy(
  target: string,
  decide: Decide = () => 'pass',
  onHeld: () => void = () => undefined,
): Promise<Proxy> {
  const seen: Passing[] = [];

  const forward = (incoming: IncomingMessage, outgoing: ServerResponse): void => {
    const { method = '', url = '', headers } = incoming;
    const passing = { method, path: url, token: String(headers['x-auth-token']) };
    seen.push(passing);
    const fate = decide(passing);
    const cut = () => incoming.socket.destroy();
    if (fate === 'unheard') {
      cut();
      return;
    }
    const own = { ...headers, host: new URL(target).host };
    const onward = request(`${target}${url}`, { method, headers: own }, (answer) => {
      if (fate === 'unanswered') {
        answer.resume().on('end', cut);
        return;
      }
      if (fate === 'held') {
        answer.resume().on('end', onHeld);
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on('error', cut);
    incoming.pipe(onward);
  };

  const server = createServer(forward);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
