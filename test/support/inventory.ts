import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import pg from 'pg';
import { startEmbedded } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { ClusterOperationsDocument, ClustersDocument, DatastoresDocument } from '../operations/documents.js';
import type { Api } from './api.js';
import { quiet } from './log.js';

/** All that clients see of a control plane at rest: its clusters with their operations, and its datastores. */
export async function inventory(api: Api) {
  const { clusters } = await api.get(ClustersDocument, { first: 100 });
  const operations = await Promise.all(
    clusters.edges.map(({ node: { id } }) => api.get(ClusterOperationsDocument, { id, first: 100 })),
  );
  return { clusters, operations, datastores: (await api.get(DatastoresDocument, {})).datastores };
}

/** Does something that must change nothing. */
export async function changingNothing<T>(api: Api, work: () => Promise<T>): Promise<T> {
  const before = await inventory(api);
  const result = await work();
  expect(await inventory(api)).toEqual(before);
  return result;
}

/** Asks the embedded PostgreSQL of a data directory, behind the back of its control plane. */
export async function askEmbedded(dataDir: string, ...statements: readonly string[]): Promise<void> {
  const at = (name: string) => readFile(join(dataDir, 'postgresql', name), 'utf8');
  const port = Number((await at('data/postmaster.pid')).split('\n')[3]);
  const password = (await at('password')).trim();
  await ask(`postgres://dtrove:${password}@127.0.0.1:${port}/dtrove`, statements);
}

/** As {@link askEmbedded}, while no control plane runs there. */
export async function askStopped(dataDir: string, ...statements: readonly string[]): Promise<void> {
  const server = await startEmbedded({ dataDir, user: await serviceUser(), log: quiet });
  try {
    await ask(server.url, statements);
  } finally {
    await server.stop();
  }
}

async function ask(connectionString: string, statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}
