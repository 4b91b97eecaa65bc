import 'reflect-metadata';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import pg from 'pg';
import type { DataSource } from 'typeorm';
import { createDataSource, openDatabase } from '../../src/db/data-source.js';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { quiet } from './log.js';

/** A migrated database of one test, and a pool of connections to it. */
export interface TestDatabase {
  readonly url: string;
  readonly db: DataSource;
}

const template = 'migrated';

/** Ends the server and removes its directory once our end of its stdin closes, which it does however we end. */
const guard = `cat >/dev/null
pid=$(head -n 1 "$1/postgresql/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid"
rm -rf "$1"`;

const launch = async (dataDir: string): Promise<EmbeddedServer> =>
  startEmbedded({ dataDir, user: await serviceUser(), log: quiet });

/** A real PostgreSQL for one test file: the embedded one, in a directory of its own. */
export class TestServer {
  private readonly pools: DataSource[] = [];
  private made = 0;

  private constructor(
    private server: EmbeddedServer,
    private readonly dataDir: string,
    private readonly close: () => Promise<void>,
  ) {}

  static async start(): Promise<TestServer> {
    const dataDir = await realpath(await mkdtemp(join(tmpdir(), 'dtrove-test-')));
    await chmod(dataDir, 0o755);
    const guardian = spawn('/bin/sh', ['-c', guard, 'sh', dataDir], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    const close = async (): Promise<void> => {
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
      guardian.stdin.end();
      await once(guardian, 'close');
    };
    try {
      const started = new TestServer(await launch(dataDir), dataDir, close);
      await started.prepare();
      return started;
    } catch (error) {
      await close();
      throw error;
    }
  }

  private async prepare(): Promise<void> {
    // Nothing of a test has to outlive a power cut.
    await this.sql('ALTER SYSTEM SET fsync = off');
    await this.sql('SELECT pg_reload_conf()');
    await this.sql(`CREATE DATABASE ${template}`);
    const db = await openDatabase({ url: this.urlOf(template), poolSize: 2, onPoolError: () => undefined });
    await db.destroy();
  }

  /** A database with our schema and nothing in it. */
  async fresh(): Promise<TestDatabase> {
    const url = await this.create(`TEMPLATE ${template}`);
    return { url, db: await this.connect(url) };
  }

  /** Takes everything out of a database but its schema: cheaper than a fresh one. */
  async clear({ db }: TestDatabase): Promise<void> {
    const [found] = await db.query<{ tables: string }[]>(
      `SELECT string_agg(quote_ident(tablename), ', ') AS tables FROM pg_tables
        WHERE schemaname = 'public' AND tablename <> 'migrations'`,
    );
    await db.query(`TRUNCATE ${found?.tables ?? ''}`);
  }

  /** Ends connections to a database, as a failing network would: those whose application_name is like `which`. */
  async cut({ url }: Pick<TestDatabase, 'url'>, which = '%'): Promise<void> {
    const database = new URL(url).pathname.slice(1);
    await this.sql(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND application_name LIKE $2',
      [database, which],
    );
  }

  /** Stops the server, and starts it again on the same port when `meanwhile` is over. */
  async outage(meanwhile: () => Promise<void>): Promise<void> {
    await this.server.stop();
    try {
      await meanwhile();
    } finally {
      this.server = await launch(this.dataDir);
    }
  }

  /** Has a database refuse everybody, and cuts who is there, until it is told to let them in again. */
  async refuse(database: TestDatabase, refuse: boolean): Promise<void> {
    const name = new URL(database.url).pathname.slice(1);
    await this.sql(`ALTER DATABASE ${name} ALLOW_CONNECTIONS ${String(!refuse)}`);
    if (refuse) await this.cut(database);
  }

  /** A database without anything; its URL. */
  empty(): Promise<string> {
    return this.create('');
  }

  /** A pool as another process would have it. */
  async connect(url: string): Promise<DataSource> {
    const db = createDataSource({ url, poolSize: 12, onPoolError: () => undefined });
    this.pools.push(db);
    return db.initialize();
  }

  /** One statement as the superuser, on a connection of its own. */
  async sql<T extends pg.QueryResultRow>(text: string, parameters: readonly unknown[] = []): Promise<T[]> {
    const client = new pg.Client({ connectionString: this.server.url });
    await client.connect();
    try {
      return (await client.query<T>(text, [...parameters])).rows;
    } finally {
      await client.end();
    }
  }

  /** Closes what is open, stops the server and removes its directory. */
  async stop(): Promise<void> {
    await Promise.all(this.pools.filter((db) => db.isInitialized).map((db) => db.destroy()));
    await this.server.stop();
    await this.close();
  }

  private urlOf(database: string): string {
    return Object.assign(new URL(this.server.url), { pathname: `/${database}` }).href;
  }

  private async create(options: string): Promise<string> {
    this.made += 1;
    const name = `test_${this.made}`;
    await this.sql(`CREATE DATABASE ${name} ${options}`);
    return this.urlOf(name);
  }
}

/** A server for this test file and one database in it, emptied before each test; all is gone when the file ends. */
export function useDatabase(): { readonly server: TestServer } & TestDatabase {
  let server: TestServer | undefined;
  let database: TestDatabase | undefined;
  const there = <T>(what: T | undefined): T => {
    if (what === undefined) throw new Error('the database is there within tests and hooks');
    return what;
  };
  beforeAll(async () => {
    server = await TestServer.start();
    database = await server.fresh();
  });
  beforeEach(() => there(server).clear(there(database)));
  afterAll(() => server?.stop());
  return {
    get server() {
      return there(server);
    },
    get url() {
      return there(database).url;
    },
    get db() {
      return there(database).db;
    },
  };
}
