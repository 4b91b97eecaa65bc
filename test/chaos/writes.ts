import pg from 'pg';
import type { Created } from '../support/clusters.js';

/** A cluster of the run: what logs in to it, and how many writes it has acknowledged. */
export interface Held {
  readonly id: string;
  readonly credentials: Created['credentials'];
  written: number;
}

interface Endpoint {
  readonly host: string;
  readonly port: number;
  readonly role: string;
}

async function onPrimary<T>(endpoints: readonly Endpoint[], held: Held, work: (client: pg.Client) => Promise<T>) {
  const primary = endpoints.find(({ role }) => role === 'PRIMARY');
  if (primary === undefined) throw new Error('it has no primary');
  const { username: user, password } = held.credentials;
  const { host, port } = primary;
  const ssl = { rejectUnauthorized: false };
  const client = new pg.Client({
    host,
    port,
    user,
    password,
    database: 'postgres',
    ssl,
    connectionTimeoutMillis: 10_000,
  });
  await client.connect();
  return work(client).finally(() => client.end());
}

/** Writes the row that is due. Resolves when it is acknowledged. */
export const write = (endpoints: readonly Endpoint[], held: Held): Promise<unknown> =>
  onPrimary(endpoints, held, async (client) => {
    await client.query('CREATE TABLE IF NOT EXISTS chaos (n int PRIMARY KEY)');
    await client.query('INSERT INTO chaos VALUES ($1)', [held.written]);
  });

/** Looks for all rows that were acknowledged; what is missing, in words. */
export async function proveWrites(endpoints: readonly Endpoint[], held: Held): Promise<string[]> {
  if (held.written === 0) return [];
  const { rows } = await onPrimary(endpoints, held, (client) =>
    client.query<{ n: string }>('SELECT count(*) AS n FROM chaos WHERE n <= $1', [held.written]),
  );
  const found = Number(rows[0]?.n);
  return found === held.written ? [] : [`${held.written} writes were acknowledged, and ${found} are there`];
}
