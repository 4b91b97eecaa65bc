import { setTimeout as sleep } from 'node:timers/promises';
import { Client, DatabaseError } from 'pg';
import { databaseOf, type Credentials, type Endpoint } from './connection.js';
import { DemoFailure } from './failure.js';

const REPLICATION_MS = 15_000;
const RETRY_MS = 5;
const UNDEFINED_TABLE = '42P01';
const TABLE = 'dtrove_demo';

/** A row that was written, and when. */
export interface Written {
  readonly id: string;
  readonly words: string;
  readonly at: number;
}

/** Writes a row through the primary, over TLS. */
export async function writeRow(primary: Endpoint, credentials: Credentials, words: string): Promise<Written> {
  return connected(primary, credentials, async (client) => {
    await client.query(
      `CREATE TABLE IF NOT EXISTS ${TABLE} (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, words text NOT NULL)`,
    );
    const { rows } = await client.query<{ id: string }>(`INSERT INTO ${TABLE} (words) VALUES ($1) RETURNING id`, [
      words,
    ]);
    if (rows[0] === undefined) throw new DemoFailure('the primary took the row but gave no id back');
    return { id: rows[0].id, words, at: Date.now() };
  });
}

/** Reads that row on another node; returns the milliseconds from write to read. A replica may lag: it is asked again. */
export async function readRow(node: Endpoint, credentials: Credentials, row: Written): Promise<number> {
  return connected(node, credentials, async (client) => {
    const deadline = Date.now() + REPLICATION_MS;
    while (Date.now() < deadline) {
      const words = await rowIn(client, row.id);
      if (words === row.words) return Date.now() - row.at;
      if (words !== undefined) throw new DemoFailure(`the node at port ${node.port} holds another row: ${words}`);
      await sleep(RETRY_MS);
    }
    const waited = `${REPLICATION_MS / 1000} s`;
    throw new DemoFailure(`the row did not reach the node at port ${node.port} within ${waited}`);
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
