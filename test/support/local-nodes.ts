import { expect } from '@jest/globals';
import pg from 'pg';
import type { Api } from './api.js';
import { cluster, type Created } from './clusters.js';
import { until } from './until.js';

/** The nodes of a PostgreSQL cluster on this computer, as its administrator sees them, the primary first. */
export function localNodes(api: () => Api, made: () => Created) {
  async function ask<T extends pg.QueryResultRow>(port: number, text: string): Promise<T[]> {
    const { username: user, password } = made().credentials;
    const options = { host: '127.0.0.1', port, user, password, database: 'postgres', connectionTimeoutMillis: 5000 };
    const client = new pg.Client({ ...options, ssl: { rejectUnauthorized: false } });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<T>(text)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  const ports = async (): Promise<number[]> =>
    (await cluster(api(), made().cluster.id)).endpoints.map(({ port }) => port);

  /** What each node answers to a query of one value. */
  const values = async <T>(text: string): Promise<(T | undefined)[]> =>
    Promise.all((await ports()).map(async (port) => (await ask<{ value: T }>(port, text))[0]?.value));

  return {
    onPrimary: async (text: string) => ask((await ports())[0] ?? 0, text),

    /** What each node says of a parameter. */
    inForce: (name: string) => values<string>(`SELECT current_setting('${name}') AS value`),

    startedAt: async (): Promise<number[]> =>
      (await values<Date>('SELECT pg_postmaster_start_time() AS value')).map((at) => at?.getTime() ?? 0),

    /** Writes to the primary while `work` goes on; afterwards every number that was acknowledged is there. */
    underAWriter: async (work: () => Promise<unknown>): Promise<void> => {
      const [port = 0] = await ports();
      await ask(port, 'DELETE FROM number');
      const state = { over: false };
      const written: number[] = [];
      const writing = (async () => {
        for (let n = 1; !state.over; n += 1)
          await ask(port, `INSERT INTO number VALUES (${n})`).then(
            () => written.push(n),
            () => undefined,
          );
      })();
      try {
        await until('a write', () => Promise.resolve(written.length > 0));
        await work();
        const before = written.length;
        await until('writes after it', () => Promise.resolve(written.length > before));
      } finally {
        state.over = true;
        await writing;
      }
      const found = (await ask<{ n: number }>(port, 'SELECT n FROM number ORDER BY n')).map(({ n }) => n);
      expect(found).toEqual(expect.arrayContaining(written));
    },
  };
}
