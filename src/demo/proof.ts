import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { databaseOf, type Credentials, type Endpoint } from './connection.js';
import { DemoFailure } from './failure.js';

const REPLICATION_MS = 15_000;
const RETRY_MS = 5;
const UNDEFINED_TABLE = '42P01';
const TABLE = 'dtrove_demo';

/** Writes a row through the primary, over TLS, and returns its id. */
export async function writeRow(primary: Endpoint, credentials: Credentials, words: string): Promise<string> {
  return connected(primary, credentials, async (client) => {
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text NOT NULL)`,
    );
    const { rows } = await client.query<{ id: string }>(`INSERT INTO ${TABLE} (words) VALUES ($1) RETURNING id`, [
      words,
    ]);
    if (rows[0] === undefined) throw new DemoFailure('the primary took the row but gave no id back');
    return rows[0].id;
  });
}

/** Reads that row where it was not written, and says how long that took. A replica may lag: it is asked again. */
export async function readRow(replica: Endpoint, credentials: Credentials, id: string, words: string): Promise<number> {
  return connected(replica, credentials, async (client) => {
    const begun = Date.now();
    while (Date.now() - begun < REPLICATION_MS) {
      const read = await rowIn(client, id);
      if (read === words) return Date.now() - begun;
      if (read !== undefined) throw new DemoFailure(`the replica at port ${replica.port} holds another row: ${read}`);
      await sleep(RETRY_MS);
    }
    throw new DemoFailure(
      `the row did not reach the replica at port ${replica.port} within ${REPLICATION_MS / 1000} s`,
    );
  });
}

async function rowIn(client: Client, id: string): Promise<string | undefined> {
  try {
    const { rows } = await client.query<{ words: string }>(`SELECT words FROM ${TABLE} WHERE id = $1`, [id]);
    return rows[0]?.words;
  } catch (error) {
    // The table itself has not arrived yet.
    if (error instanceof DatabaseError && error.code === UNDEFINED_TABLE) return undefined;
    throw error;
  }
}

async function connected<Result>(
  { host, port }: Endpoint,
  credentials: Credentials,
  use: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({
    host,
    port,
    user: credentials.username,
    password: credentials.password,
    database: databaseOf(credentials),
    application_name: 'dtrove-demo',
    connectionTimeoutMillis: 10_000,
    query_timeout: 10_000,
    // As sslmode=require: encrypted for sure; the server's certificate is its own.
    ssl: { rejectUnauthorized: false },
  });
  // A server that ends the session rejects the query as well; unheard, the event would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await use(client);
  } catch (error) {
    throw error instanceof DemoFailure ? error : new DemoFailure(`PostgreSQL at ${host}:${port}: ${wordsOf(error)}`);
  } finally {
    await client.end().catch(() => undefined);
  }
}

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
