import type { IncomingMessage } from 'node:http';
import type { Server } from 'graphql-ws';
import type { WebSocket, WebSocketServer } from 'ws';
import { messageOf } from '../errors.js';
import type { Log } from '../log.js';

/** What the protocol is told of a connection. */
export interface Peer {
  readonly socket: WebSocket;
  readonly request: IncomingMessage;
}

const heartbeat = 12_000;
const internalError = 4500;

/**
 * Resolves when the kernel has taken the data: a client that does not read makes the sender wait. A connection that broke
 * meanwhile is no error of what was subscribed to: its 'close' ends that.
 */
const send = (socket: WebSocket, data: string): Promise<void> =>
  new Promise((resolve) => {
    if (socket.readyState !== socket.OPEN) resolve();
    else
      socket.send(data, () => {
        resolve();
      });
  });

/** Pings a client, and ends its connection where the last ping was not answered. */
function keepAlive(socket: WebSocket): NodeJS.Timeout {
  let answered = true;
  socket.on('pong', () => {
    answered = true;
  });
  return setInterval(() => {
    if (!answered) socket.terminate();
    else if (socket.readyState === socket.OPEN) socket.ping();
    answered = false;
  }, heartbeat);
}

/**
 * Serves graphql-transport-ws on every connection. In place of graphql-ws's own adapter, which prints stacks on the
 * console and tells clients what was thrown.
 */
export function serveSockets(protocol: Server<Peer>, sockets: WebSocketServer, log: Log): void {
  sockets.on('error', (error) => {
    log.warn({ error: error.message }, 'the server of HTTP and WebSocket is in trouble');
  });
  sockets.on('connection', (socket, request) => {
    const beat = keepAlive(socket);
    const closed = protocol.opened(
      {
        protocol: socket.protocol,
        send: (data) => send(socket, data),
        close: (code, reason) => {
          socket.close(code, reason);
        },
        onMessage: (take) => {
          socket.on('message', (data: Buffer) => {
            take(data.toString()).catch((error: unknown) => {
              log.error({ err: error }, 'a WebSocket message could not be handled');
              socket.close(internalError, 'unexpected error; the log of the control plane has it');
            });
          });
        },
      },
      { socket, request },
    );
    // A frame that is too large, or is none: ws closes the connection with the fitting code itself.
    socket.on('error', (error) => {
      log.info({ error: error.message }, 'a WebSocket connection broke');
    });
    socket.once('close', (code, reason) => {
      clearInterval(beat);
      void Promise.resolve(closed(code, reason.toString())).catch((error: unknown) => {
        log.warn({ error: messageOf(error) }, 'a subscription did not end cleanly');
      });
    });
  });
}
