import type { Pool } from 'pg';
import { DataSource, type Logger } from 'typeorm';
import { entities } from '../../schema/index.js';
import { DomainError, messageOf } from '../errors.js';
import { migrations } from './migrations/index.js';
import { SteadyClient } from './steady-client.js';

/** Any 64-bit number of our own: who migrates holds this advisory lock. */
const migrationLock = 7_733_100_001;

export interface DatabaseOptions {
  /** postgres://user:password@host:port/database */
  readonly url: string;
  /** Most connections of this process's pool. */
  readonly poolSize: number;
  /** Called with the error of an idle connection that broke; the pool replaces it. */
  readonly onPoolError: (error: unknown) => void;
}

const nothing = (): void => undefined;

/** What fails is thrown and told by who catches it; stdout is not TypeORM's to write on. */
const silent: Logger = {
  logQuery: nothing,
  logQueryError: nothing,
  logQuerySlow: nothing,
  logSchemaBuild: nothing,
  logMigration: nothing,
  log: nothing,
};

/** The same pool size, entities and migrations for every process; never `synchronize`. */
export function createDataSource({ url, poolSize, onPoolError }: DatabaseOptions): DataSource {
  return new DataSource({
    type: 'postgres',
    url,
    entities,
    migrations,
    synchronize: false,
    logger: silent,
    installExtensions: false,
    applicationName: 'dtrove',
    // One more is held by the job store, which listens on it.
    poolSize: poolSize + 1,
    poolErrorHandler: onPoolError,
    extra: {
      Client: SteadyClient,
      connectionTimeoutMillis: 10_000,
      // An idle connection is a process of PostgreSQL with some 15 MB.
      idleTimeoutMillis: 5_000,
      // A process that freezes within a transaction must not hold its locks against those that take over from it.
      idle_in_transaction_session_timeout: 15_000,
    },
  });
}

/** The connections of a data source, for what speaks to PostgreSQL by itself. */
export const poolOf = ({ driver }: DataSource): Pool => (driver as unknown as { readonly master: Pool }).master;

/** Connects and brings the schema up. Throws UNAVAILABLE with PostgreSQL's words, or where the schema is newer than this code. */
export async function openDatabase(options: DatabaseOptions): Promise<DataSource> {
  const db = createDataSource(options);
  try {
    await db.initialize();
  } catch (error) {
    throw new DomainError('UNAVAILABLE', `cannot open the database: ${messageOf(error)}`, { cause: error });
  }
  try {
    const changed = await migrate(db);
    if (changed) await connectAnew(db);
  } catch (error) {
    if (db.isInitialized) await db.destroy();
    if (error instanceof DomainError) throw error;
    throw new DomainError('UNAVAILABLE', `cannot bring the schema up: ${messageOf(error)}`, { cause: error });
  }
  return db;
}

/** A connection that has made tables keeps what it needed for that, some 10 MB, for as long as it lives. */
async function connectAnew(db: DataSource): Promise<void> {
  await db.destroy();
  await db.initialize();
}

/** Whether anything was missing. */
async function migrate(db: DataSource): Promise<boolean> {
  const runner = db.createQueryRunner();
  try {
    // Several processes start at once on one database: one migrates, the others wait and find it done.
    await runner.query('SELECT pg_advisory_lock($1)', [migrationLock]);
    await refuseNewerSchema(db);
    return (await db.runMigrations({ transaction: 'each' })).length > 0;
  } finally {
    await runner.query('SELECT pg_advisory_unlock($1)', [migrationLock]).catch(() => undefined);
    await runner.release();
  }
}

async function refuseNewerSchema(db: DataSource): Promise<void> {
  const [found] = await db.query<{ exists: boolean }[]>(`SELECT to_regclass('migrations') IS NOT NULL AS exists`);
  if (found?.exists !== true) return;
  const applied = await db.query<{ name: string }[]>('SELECT name FROM migrations');
  const known = new Set<string>(migrations.map((migration) => new migration().name));
  const newer = applied.find(({ name }) => !known.has(name));
  if (newer === undefined) return;
  throw new DomainError(
    'UNAVAILABLE',
    `the database was written by a newer DTrove (it has the migration ${newer.name}): start that version, or restore a backup`,
  );
}
