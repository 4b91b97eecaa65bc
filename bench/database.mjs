import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/**
 * @typedef {object} Primary
 * @property {string} [host]
 * @property {number} port
 * @property {string} username
 * @property {string} password
 */

/** Connects as the customer does: over TLS, with the password. @param {Primary} primary */
export async function connect({ host = '127.0.0.1', port, username, password }) {
  const client = new pg.Client({
    host,
    port,
    user: username,
    password,
    database: 'postgres',
    ssl: { rejectUnauthorized: false },
  });
  // It is taken down under our feet on purpose, later.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** Returns once it has taken a write. @param {Primary} primary */
export async function write(primary) {
  const client = await connect(primary);
  await client.query('CREATE TABLE bench (id int)');
  await client.query('INSERT INTO bench VALUES (1)');
  await client.end();
}

/** Returns once the primary says that so many replicas stream. @param {Primary} primary @param {number} replicas */
export async function streaming(primary, replicas) {
  const client = await connect(primary);
  const sql = `SELECT count(*)::int AS n FROM pg_stat_get_wal_senders() WHERE state = 'streaming'`;
  for (const end = performance.now() + 60_000; ;) {
    const { rows } = await client.query(sql);
    if (rows[0].n >= replicas) break;
    if (performance.now() > end) throw new Error(`${rows[0].n} of ${replicas} replicas stream after a minute`);
    await delay(2);
  }
  await client.end();
}
