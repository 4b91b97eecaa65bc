import { fastify } from 'fastify';
import { serveHealth, type Readiness } from './health.js';
import { listen } from './listen.js';

/** /healthz, /readyz and /metrics alone, for a process that has no API. Throws UNAVAILABLE where the port is taken. */
export async function startProbes(
  host: string,
  port: number,
  readiness: Readiness,
): Promise<{ readonly port: number; close(): Promise<void> }> {
  const app = fastify({ logger: false, forceCloseConnections: true });
  serveHealth(app, readiness);
  const bound = await listen(app, host, port, 'DTROVE_METRICS_PORT');
  return { port: bound, close: () => app.close() };
}
