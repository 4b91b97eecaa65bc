import type { IncomingHttpHeaders, Server } from 'node:http';
import type { GraphQLSchema } from 'graphql';
import { handleProtocols, makeServer } from 'graphql-ws';
import { WebSocketServer, type WebSocket } from 'ws';
import type { Context } from '../context.js';
import type { Log } from '../log.js';
import { authorizationIn, type Authenticator } from './auth.js';
import { Documents } from './documents.js';
import { formatError } from './errors.js';
import { SharedResults } from './shared-results.js';
import { serveSockets, type Peer } from './sockets.js';

export interface WebSocketOptions {
  readonly server: Server;
  readonly schema: GraphQLSchema;
  readonly authenticator: Authenticator;
  readonly contextOf: (viewer: Context['viewer'], cutOff: () => void, headers: IncomingHttpHeaders) => Context;
  readonly log: Log;
}

/** Close codes of ours: unauthenticated (as graphql-ws has it), and RFC 6455's "try again later" for who does not read. */
const closeCodes = { unauthenticated: 4401, tooSlow: 1013, goingAway: 1001 } as const;

/** How long a client that is cut off may take to answer the closing handshake, in milliseconds. */
const patience = 3000;

function closeSoon(socket: WebSocket, code: number, reason: string): void {
  socket.close(code, reason);
  const timer = setTimeout(() => {
    socket.terminate();
  }, patience);
  socket.once('close', () => {
    clearTimeout(timer);
  });
}

/** Subscriptions (and all else) by graphql-transport-ws on /graphql of the same port. */
export function serveWebSocket({ server, schema, authenticator, contextOf, log }: WebSocketOptions): {
  close(): Promise<void>;
  clients(): number;
} {
  const sockets = new WebSocketServer({ server, path: '/graphql', maxPayload: 1024 * 1024, handleProtocols });
  const documents = new Documents(schema);
  const { subscribe } = new SharedResults();
  const protocol = makeServer<Record<string, unknown>, Peer>({
    onConnect: ({ connectionParams, extra }) => {
      if (authenticator.viewer(authorizationIn(connectionParams) ?? extra.request.headers.authorization) !== null)
        return true;
      extra.socket.close(
        closeCodes.unauthenticated,
        'UNAUTHENTICATED: connectionParams need { authorization: "Bearer TOKEN" }',
      );
      return false;
    },
    onSubscribe: (_context, _id, { query, operationName, variables }) => {
      const document = documents.read(query);
      if (!('kind' in document)) return document;
      return { schema, document, operationName: operationName ?? null, variableValues: variables ?? {} };
    },
    subscribe,
    context: ({ connectionParams, extra }) => {
      const { headers } = extra.request;
      const cutOff = () => {
        log.warn('a subscriber does not read and is disconnected');
        closeSoon(
          extra.socket,
          closeCodes.tooSlow,
          'this client does not read its events; connect again to have them replayed',
        );
      };
      const viewer = authenticator.viewer(authorizationIn(connectionParams) ?? headers.authorization);
      return contextOf(viewer, cutOff, headers);
    },
    onNext: (_context, _id, _payload, _args, { data, errors }) =>
      errors === undefined ? undefined : { data: data ?? null, errors: errors.map((error) => formatError(error, log)) },
    onError: (_context, _id, _payload, errors) => errors.map((error) => formatError(error, log)),
  });
  serveSockets(protocol, sockets, log);

  return {
    clients: () => sockets.clients.size,
    async close() {
      for (const socket of sockets.clients) closeSoon(socket, closeCodes.goingAway, 'the control plane stops');
      await new Promise((resolve) => {
        sockets.close(resolve);
      });
    },
  };
}
