import pg from 'pg';
import type { Api } from './api.js';
import { cluster, type Created } from './clusters.js';

/** One statement on the primary of a PostgreSQL cluster, as whom its credentials name; the rows. */
export async function sqlOf<T extends pg.QueryResultRow = Record<string, unknown>>(
  api: Api,
  { cluster: { id }, credentials: { username, password } }: Pick<Created, 'cluster' | 'credentials'>,
  database: string,
  statement: string,
): Promise<T[]> {
  const { endpoints } = await cluster(api, id);
  const { host, port } = endpoints.find(({ role }) => role === 'PRIMARY') ?? { host: '', port: 0 };
  const client = new pg.Client({ host, port, user: username, password, database, ssl: { rejectUnauthorized: false } });
  await client.connect();
  try {
    return (await client.query<T>(statement)).rows;
  } finally {
    await client.end();
  }
}
