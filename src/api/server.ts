import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fastifyStatic from '@fastify/static';
import { fastify, type FastifyError, type FastifyInstance } from 'fastify';
import type { Log } from '../log.js';
import { baseUrlOf } from './base-url.js';
import { serveDownloads, type FileService } from './downloads.js';
import { unexpected } from './errors.js';
import { serveGraphql, type GraphqlOptions } from './graphql.js';
import { listen } from './listen.js';
import { serveHealth, type Readiness } from './health.js';
import { serveUploads } from './uploads.js';
import { serveWebSocket } from './websocket.js';

export interface ServerOptions extends GraphqlOptions {
  readonly host: string;
  readonly port: number;
  readonly files: FileService;
  readonly readiness: Readiness;
}

export interface RunningServer {
  readonly port: number;
  close(): Promise<void>;
}

const ideDirectory = fileURLToPath(new URL('../../ide', import.meta.url));

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
