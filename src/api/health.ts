import type { FastifyInstance } from 'fastify';
import type { DataSource } from 'typeorm';
import { messageOf } from '../errors.js';
import type { Metrics } from '../metrics.js';
import { within } from '../within.js';

/** What must work for this process to be of use. */
export interface Readiness {
  readonly db: DataSource;
  readonly metrics: Metrics;
  /** Names what does not work now, besides the database; empty when all does. */
  readonly trouble: () => readonly string[];
}

const patience = 2000;

/** Whether it answers, and has room on its disk: what is larger than work_mem goes to a file, and is gone with the query. */
const probe = `SET LOCAL work_mem = '64kB'; SELECT count(*) FROM generate_series(1, 5000)`;

async function databaseTrouble(db: DataSource): Promise<string[]> {
  try {
    await within(patience, db.query(probe));
    return [];
  } catch (error) {
    return [`database: ${messageOf(error)}`];
  }
}

/** /healthz: the process lives. /readyz: it can work (200), or not now and why (503). /metrics: for Prometheus. */
export function serveHealth(app: FastifyInstance, { db, metrics, trouble }: Readiness): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const problems = [...(await databaseTrouble(db)), ...trouble()];
    return reply
      .code(problems.length === 0 ? 200 : 503)
      .send({ status: problems.length === 0 ? 'ready' : 'not ready', problems });
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
}
