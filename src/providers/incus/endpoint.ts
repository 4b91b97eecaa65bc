import { Agent, type ClientRequestArgs } from 'node:http';
import { connect as connectSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, TLSSocket } from 'node:tls';
import { DomainError, messageOf } from '../../errors.js';

/** Where Incus answers: its unix socket; or HTTPS, with our certificate and the fingerprint of its own. */
export type Endpoint =
  | { readonly socket: string }
  | {
      readonly host: string;
      readonly port: number;
      /** Our client certificate and its key, PEM. */
      readonly cert: string;
      readonly key: string;
      /** SHA-256 of the one certificate that we talk to, in hex. */
      readonly pin: string;
    };

export const placeOf = (endpoint: Endpoint): string =>
  'socket' in endpoint ? `unix:${endpoint.socket}` : `https://${endpoint.host}:${endpoint.port}`;

/** Milliseconds until a server that does not answer counts as unreachable. */
const patience = 10_000;

const unreachable = (endpoint: Endpoint, words: string, cause?: unknown): DomainError =>
  new DomainError('UNAVAILABLE', `Incus at ${placeOf(endpoint)} cannot be reached: ${words}`, {
    retryable: true,
    cause,
  });

type Done = (error: Error | null, socket: Duplex) => void;

/**
 * Makes the connections of HTTP and of WebSockets, and is where trust is decided: nothing is sent to a server whose
 * certificate is not the pinned one. Incus signs its own certificate, so neither authorities nor names say anything.
 */
export class IncusAgent extends Agent {
  constructor(private readonly endpoint: Endpoint) {
    super({ keepAlive: true });
  }

  override createConnection(_: ClientRequestArgs, done: Done = () => undefined): undefined {
    const socket = this.open();
    const ready = 'socket' in this.endpoint ? 'connect' : 'secureConnect';
    const fail = (error: Error): void => {
      socket.destroy();
      done(error, socket);
    };
    const late = (): void => {
      fail(unreachable(this.endpoint, 'no answer'));
    };
    const broken = (error: Error): void => {
      fail(unreachable(this.endpoint, messageOf(error), error));
    };
    socket.setTimeout(patience, late).once('error', broken);
    socket.once(ready, () => {
      socket.setTimeout(0).off('timeout', late).off('error', broken);
      const mistrust = this.mistrust(socket);
      if (mistrust) fail(mistrust);
      else done(null, socket);
    });
  }

  private open(): Socket {
    if ('socket' in this.endpoint) return connectSocket(this.endpoint.socket);
    const { host, port, cert, key } = this.endpoint;
    return connectTls({ host, port, cert, key, minVersion: 'TLSv1.2', rejectUnauthorized: false });
  }

  private mistrust(socket: Socket): DomainError | null {
    if ('socket' in this.endpoint || !(socket instanceof TLSSocket)) return null;
    const { fingerprint256 } = socket.getPeerCertificate();
    const shown = fingerprint256.replaceAll(':', '').toLowerCase();
    if (shown === this.endpoint.pin) return null;
    return new DomainError(
      'PROVIDER_FAILED',
      `Incus at ${placeOf(this.endpoint)} shows another certificate than DTROVE_INCUS_SERVER_CERT: ${shown} instead of ${this.endpoint.pin}`,
    );
  }
}
