import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { migrations } from '../../src/db/migrations/index.js';
import { openDatabase } from '../../src/db/data-source.js';
import { TestServer } from '../support/database.js';

let server: TestServer;
beforeAll(async () => {
  server = await TestServer.start();
});
afterAll(() => server.stop());

const options = (url: string) => ({ url, poolSize: 4, onPoolError: () => undefined });

/** Everything that a migration may make, by kind and name. */
async function objects(db: DataSource): Promise<string[]> {
  const rows = await db.query<{ name: string }[]>(
    `SELECT kind || ' ' || name AS name FROM (
       SELECT CASE relkind WHEN 'i' THEN 'index' ELSE 'table' END AS kind, relname AS name FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 'v', 'm', 'S')
       UNION ALL SELECT 'function', proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace
       UNION ALL SELECT 'type', typname FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e'
     ) AS made WHERE name NOT LIKE '%migrations%' AND name NOT LIKE 'PK_%' ORDER BY 1`,
  );
  return rows.map(({ name }) => name);
}

describe('the migrations', () => {
  it('go up on an empty database, down to nothing, and up again to the same', async () => {
    const url = await server.empty();
    const db = await openDatabase(options(url));
    const first = await objects(db);
    for (let i = 0; i < migrations.length; i += 1) await db.undoLastMigration({ transaction: 'each' });
    const nothing = await objects(db);
    await db.destroy();
    const again = await openDatabase(options(url));
    const second = await objects(again);
    await again.destroy();

    expect(first).toEqual(
      expect.arrayContaining([
        'table cluster',
        'table event',
        'index operation_one_a_cluster',
        'function append_event',
      ]),
    );
    expect(nothing).toEqual([]);
    expect(second).toEqual(first);
  });

  it('make the schema that the entities describe', async () => {
    const { db } = await server.fresh();
    const { upQueries } = await db.driver.createSchemaBuilder().log();
    expect(upQueries.map(({ query }) => query)).toEqual([]);
  });

  it('are made once by ten processes that start at once', async () => {
    const url = await server.empty();
    const dbs = await Promise.all(Array.from({ length: 10 }, () => openDatabase(options(url))));
    const [applied] = await Promise.all(dbs.map((db) => db.query<{ name: string }[]>('SELECT name FROM migrations')));
    await Promise.all(dbs.map((db) => db.destroy()));
    expect(applied).toHaveLength(migrations.length);
  });

  it('are held to nothing when they fail half-way, and the next start makes them', async () => {
    const url = await server.empty();
    const db = await server.connect(url);
    await db.query('CREATE TABLE idempotency (unrelated int)');
    await expect(openDatabase(options(url))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/^cannot bring the schema up: .*"idempotency" already exists$/) as unknown,
    });
    expect(await objects(db)).toEqual(['table idempotency']);
    await db.query('DROP TABLE idempotency');
    await (await openDatabase(options(url))).destroy();
    expect(await objects(db)).toContain('table cluster');
  });
});

describe('a database', () => {
  it('of a newer version is refused in one line, and left as it is', async () => {
    const { url, db } = await server.fresh();
    await db.query(`INSERT INTO migrations (timestamp, name) VALUES (4102444800000, 'Later4102444800000')`);
    const before = await objects(db);
    const refusal = await openDatabase(options(url)).catch((error: unknown) => error as Error);

    expect(refusal).toMatchObject({ code: 'UNAVAILABLE' });
    expect((refusal as Error).message).toBe(
      'the database was written by a newer DTrove (it has the migration Later4102444800000): start that version, or restore a backup',
    );
    expect(await objects(db)).toEqual(before);
  });

  it.each([
    [
      'that is not there',
      'postgres://dtrove:x@127.0.0.1:1/dtrove',
      /^cannot open the database: connect ECONNREFUSED 127\.0\.0\.1:1$/,
    ],
    [
      'of a name with several addresses',
      'postgres://dtrove:x@localhost:1/dtrove',
      /^cannot open the database: connect ECONNREFUSED/,
    ],
  ])('%s is told in one line, in the words of the system', async (_name, url, words) => {
    await expect(openDatabase(options(url))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(words) as unknown,
    });
  });

  it('that this user may not change is told in one line, in PostgreSQL’s words', async () => {
    const url = new URL(await server.empty());
    await server.sql(`CREATE ROLE guest LOGIN PASSWORD 'guest'`);
    Object.assign(url, { username: 'guest', password: 'guest' });
    await expect(openDatabase(options(url.href))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'cannot bring the schema up: permission denied for schema public',
    });
  });

  it('answers with PostgreSQL’s words to a wrong password', async () => {
    const url = Object.assign(new URL(await server.empty()), { password: 'wrong' });
    await expect(openDatabase(options(url.href))).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: 'cannot open the database: password authentication failed for user "dtrove"',
    });
  });
});
