import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ApolloServer, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import fastifyApollo, { fastifyApolloDrainPlugin } from '@as-integrations/fastify';
import fastifyStatic from '@fastify/static';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Context } from '../context.js';
import { DomainError } from '../errors.js';
import type { Log } from '../log.js';
import type { Authenticator } from './auth.js';
import { baseUrlOf } from './base-url.js';
import { noSubscriptions, parseOptions } from './documents.js';
import { serveDownloads, type FileService } from './downloads.js';
import { formatError, unexpected } from './errors.js';
import { listen } from './listen.js';
import { serveHealth, type Readiness } from './health.js';
import { serveUploads } from './uploads.js';
import { serveWebSocket } from './websocket.js';

export interface ServerOptions {
  readonly host: string;
  readonly port: number;
  readonly schema: GraphQLSchema;
  readonly authenticator: Authenticator;
  /** What links begin with; empty: what the client has asked. */
  readonly publicUrl: string;
  readonly contextOf: (viewer: Context['viewer'], cutOff: () => void, lasting: boolean, baseUrl: string) => Context;
  readonly files: FileService;
  readonly readiness: Readiness;
  readonly log: Log;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const ideDirectory = fileURLToPath(new URL('../../ide', import.meta.url));

/** Over HTTP an answer without a viewer is 401 by status as well. */
const statusOfErrors: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response, errors }) => {
        const refused = errors?.some(
          ({ originalError }) => originalError instanceof DomainError && originalError.code === 'UNAUTHENTICATED',
        );
        if (refused === true) response.http.status = 401;
        return Promise.resolve();
      },
    }),
};

/** No answer is anybody's to keep. */
const neverCached: ApolloServerPlugin<Context> = {
  requestDidStart: () =>
    Promise.resolve({
      willSendResponse: ({ response }) => {
        response.http.headers.set('cache-control', 'no-store');
        return Promise.resolve();
      },
    }),
};

async function serveGraphql(
  app: FastifyInstance,
  { schema, authenticator, contextOf, publicUrl, log }: ServerOptions,
): Promise<ApolloServer<Context>> {
  const apollo = new ApolloServer<Context>({
    schema,
    introspection: true,
    parseOptions,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    formatError: (_formatted, error) => formatError(error as GraphQLError, log),
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      // It would wrap every field of every answer to work out what is never cached.
      ApolloServerPluginCacheControlDisabled(),
      fastifyApolloDrainPlugin(app),
      neverCached,
      statusOfErrors,
      noSubscriptions,
    ],
  });
  await apollo.start();
  await app.register(fastifyApollo(apollo), {
    path: '/graphql',
    context: ({ headers }) =>
      Promise.resolve(
        contextOf(authenticator.viewer(headers.authorization), () => undefined, false, baseUrlOf(publicUrl, headers)),
      ),
  });
  return apollo;
}

/** The IDE loads nothing from elsewhere, and its browser holds it to that. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "worker-src 'self' blob:",
  "connect-src 'self' ws: wss:",
  "frame-ancestors 'none'",
].join('; ');

/** Requests that do not reach GraphQL (no JSON, too large) are answered in its shape; what is our fault tells nothing. */
function answerErrors(app: FastifyInstance, log: Log): void {
  app.setErrorHandler<FastifyError>((error, _request, reply) => {
    const { statusCode: status = 500, message } = error;
    const answer = status < 500 ? { message, extensions: { code: 'BAD_REQUEST' } } : unexpected(error, log);
    return reply.code(status).send({ errors: [answer] });
  });
}

async function serveIde(app: FastifyInstance): Promise<void> {
  if (!existsSync(ideDirectory)) return;
  await app.register(fastifyStatic, {
    root: ideDirectory,
    prefix: '/ide/',
    cacheControl: false,
    setHeaders: (response, path) => {
      // Names below assets/ carry a hash of their content.
      const lasting = path.includes('/assets/');
      response.setHeader('cache-control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
      response.setHeader('content-security-policy', contentSecurityPolicy);
    },
  });
  app.get('/', (_request, reply) => reply.sendFile('index.html'));
}

/** HTTP and WebSocket on one port: /graphql, the IDE at /, /healthz, /readyz, /metrics. Throws UNAVAILABLE where the port is taken. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { host, port, schema, authenticator, contextOf, publicUrl, readiness, files, log } = options;
  const app = fastify({ logger: false, forceCloseConnections: true });
  answerErrors(app, log);
  await serveGraphql(app, options);
  await serveIde(app);
  serveHealth(app, readiness);
  serveDownloads(app, files);
  await serveUploads(app, files);
  const bound = await listen(app, host, port, 'DTROVE_PORT');
  // After `listen`, whose failure it would take for its own and throw where nobody catches it.
  const webSocket = serveWebSocket({
    server: app.server,
    schema,
    authenticator,
    contextOf: (viewer, cutOff, headers) => contextOf(viewer, cutOff, true, baseUrlOf(publicUrl, headers)),
    log,
  });
  readiness.metrics.gauge('dtrove_websocket_clients', 'WebSocket connections.', () => webSocket.clients());
  return {
    port: bound,
    async close() {
      await webSocket.close();
      await app.close();
    },
  };
}
