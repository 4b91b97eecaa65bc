import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { createAuthority, issueCertificate } from '../../../src/secrets/certificates.js';

/** The address of an Incus, behind which is nobody, somebody else, or the real one. At first it is nobody. */
export interface Entrance {
  readonly url: string;
  /** Somebody else answers, with a certificate of his own. */
  pretend(): Promise<void>;
  /** The real one answers. */
  open(): Promise<void>;
  close(): Promise<void>;
}

/** Before the Incus at `real`, such as https://127.0.0.1:8443. */
export async function openEntrance(real: string): Promise<Entrance> {
  const { hostname: host, port: realPort } = new URL(real === '' ? 'https://127.0.0.1:1' : real);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  const shut = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    if (server !== null) await new Promise((resolve) => server?.close(resolve));
    server = null;
  };
  const keep = (socket: Socket): void => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const listen = async (next: Server, at: number): Promise<number> => {
    await shut();
    server = next.on('connection', keep).listen(at, '127.0.0.1');
    await once(next, 'listening');
    return (next.address() as AddressInfo).port;
  };
  // The port is found by using it once.
  const port = await listen(createServer(), 0);
  await shut();

  return {
    url: `https://127.0.0.1:${port}`,

    async pretend() {
      const stranger = await createAuthority('a stranger');
      const { certificate, key } = await issueCertificate(stranger, { commonName: 'incus', addresses: ['127.0.0.1'] });
      await listen(
        createTlsServer({ cert: certificate, key: key.reveal() }).on('tlsClientError', () => undefined),
        port,
      );
    },

    async open() {
      const pass = (socket: Socket): void => {
        const there = connect({ host, port: Number(realPort) });
        keep(there);
        socket.pipe(there).pipe(socket);
        socket.on('close', () => there.destroy());
        there.on('close', () => socket.destroy());
      };
      await listen(createServer(pass), port);
    },

    close: shut,
  };
}
