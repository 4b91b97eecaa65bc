import { PostgresBackend } from '@agendajs/postgres-backend';
import { Agenda, type AgendaBackend } from 'agenda';
import pg from 'pg';
import type { EntityManager } from 'typeorm';
import type { z } from 'zod';
import type { Alarms } from '../src/backups/schedules/alarms.js';
import { SteadyClient } from '../src/db/steady-client.js';
import { DomainError, messageOf } from '../src/errors.js';
import type { Log } from '../src/log.js';
import type { WakeUp } from '../src/operations/work.js';
import { seldom } from '../src/seldom.js';

/** A job: what it is called, what it is given, and which use case it calls. Jobs hold no logic. */
export interface JobDefinition<Services, Data> {
  readonly name: string;
  readonly Data: z.ZodType<Data>;
  readonly run: (data: Data, services: Services) => Promise<void>;
}

/** A job as the store runs it. */
export interface Job<Services> {
  readonly name: string;
  /** Throws where the data are not what the job takes. */
  handle(data: unknown, services: Services): Promise<void>;
}

export const defineJob = <Services, Data>({ name, Data, run }: JobDefinition<Services, Data>): Job<Services> => ({
  name,
  handle: (data, services) => run(Data.parse(data), services),
});

export interface JobStoreOptions {
  /** DTROVE_JOBS_URL; empty: the database of the control plane. */
  readonly url: string;
  readonly databaseUrl: string;
  /** Connections to the latter that are there already: each one more is a process of PostgreSQL with some 15 MB. */
  readonly pool?: pg.Pool;
  /** Names this process among all that use the store. */
  readonly owner: string;
  readonly log: Log;
}

const table = 'agenda_jobs';
const collection = table;

/** Any 64-bit number of our own: who makes the store's tables holds this advisory lock. */
const schemaLock = 7_733_100_002;

/** How long a store may take to answer, in milliseconds. */
const patience = 5_000;

/** How often a store is asked for jobs, in milliseconds: one that sends notices, and one that does not. */
const lookEvery = { told: 1000, untold: 250 };

/** A store that is away is asked every second; that it still is need not be said as often. */
const sayEvery = 60_000;

/** Agenda, behind the only file that knows it: the wake-up and the timer. Truth is in our own tables. */
export class JobStore<Services> {
  private constructor(
    private readonly agenda: Agenda,
    private readonly close: () => Promise<void>,
    private readonly log: Log,
    /** In the same database a job is a row of the mutation's own transaction; elsewhere it is sent after it. */
    private readonly shared: boolean,
  ) {}

  static async open<Services>({ url, databaseUrl, pool, owner, log }: JobStoreOptions): Promise<JobStore<Services>> {
    const { backend, connect, close, channel } = url.startsWith('mongodb')
      ? await mongo(url)
      : url === '' && pool !== undefined
        ? onPool(pool, () => Promise.resolve())
        : postgres(url === '' ? databaseUrl : url, log);
    await connect().catch(async (error: unknown) => {
      await close().catch(() => undefined);
      const where = url === '' ? '' : ' of DTROVE_JOBS_URL';
      throw new DomainError('UNAVAILABLE', `cannot open the job store${where}: ${messageOf(error)}`, { cause: error });
    });
    // Agenda would do it once more, and leave a failure to nobody.
    backend.connect = () => Promise.resolve();
    const notices = (await channel?.()) ?? backend.notificationChannel;
    const agenda = new Agenda({
      backend,
      ...(notices !== undefined && { notificationChannel: notices }),
      name: owner,
      processEvery: notices === undefined ? lookEvery.untold : lookEvery.told,
      removeOnComplete: true,
      // A wake-up takes no time, and Agenda keeps a timer for half of this after each.
      defaultLockLifetime: 2000,
    });
    const warn = seldom(sayEvery, (error: unknown, untold) => {
      log.warn({ error: messageOf(error), untold }, 'the job store is in trouble; the sweep goes on without it');
    });
    agenda.on('error', warn);
    notices?.on('error', warn);
    await agenda.ready;
    return new JobStore<Services>(agenda, close, log, url === '');
  }

  /** How the job `name` is sent for an operation. */
  wakeUp(name: string): WakeUp {
    const { agenda, shared, log } = this;
    const unsent = seldom(sayEvery, (error: unknown, untold) => {
      log.warn({ error: messageOf(error), untold }, 'no wake-up could be sent; the sweep will find the operation');
    });
    return {
      within: async (tx, operationId) => {
        if (shared) await insert(tx, name, { operationId });
      },
      after: (operationId) => {
        // The answer to a mutation does not wait for a store that is away.
        if (!shared) agenda.now(name, { operationId }).catch(unsent);
        return Promise.resolve();
      },
    };
  }

  /** How the job `name` is set for a schedule of backups. */
  alarms(name: string): Alarms {
    const { agenda, shared, log } = this;
    const unset = seldom(sayEvery, (error: unknown, untold) => {
      log.warn({ error: messageOf(error), untold }, 'no alarm could be set for a schedule; the sweep will find it');
    });
    return {
      set: async (tx, scheduleId, at) => {
        const data = { scheduleId };
        if (shared) {
          // One that is locked fires now, if it has not yet: it is the row of the schedule that tells what is due.
          await tx.query(`DELETE FROM ${table} WHERE name = $1 AND data @> $2 AND locked_at IS NULL`, [
            name,
            JSON.stringify(data),
          ]);
          if (at !== null) await insert(tx, name, data, at);
        } else {
          agenda
            .cancel({ name, data })
            .then(() => (at === null ? undefined : agenda.schedule(at, name, data)))
            .catch(unset);
        }
      },
    };
  }

  /** Begins to take jobs (a worker), or to send them (an api whose store is elsewhere: without a start it sends no notice). */
  async start(services: Services | null, jobs: readonly Job<Services>[]): Promise<void> {
    if (services !== null) {
      for (const job of jobs) this.agenda.define(job.name, ({ attrs }) => job.handle(attrs.data, services));
    }
    if (services !== null || !this.shared) await this.agenda.start();
  }

  async stop(): Promise<void> {
    await this.agenda.stop(false).catch(() => undefined);
    await this.close();
  }
}

/** Makes a job (for now unless told when) in the database of the control plane; workers hear of it when that is committed. */
async function insert(tx: EntityManager, name: string, data: object, at: Date | null = null): Promise<void> {
  const [job] = await tx.query<{ id: string; at: Date }[]>(
    `INSERT INTO ${table} (name, next_run_at, data) VALUES ($1, coalesce($2, now()), $3) RETURNING id, next_run_at AS at`,
    [name, at, JSON.stringify(data)],
  );
  const note = {
    jobId: job?.id,
    jobName: name,
    nextRunAt: job?.at,
    priority: 0,
    timestamp: new Date(),
    source: 'outbox',
  };
  await tx.query('SELECT pg_notify($1, $2)', [table, JSON.stringify(note)]);
}

interface Backend {
  readonly backend: AgendaBackend;
  readonly connect: () => Promise<void>;
  readonly close: () => Promise<void>;
  /** What tells of new jobs, where that is not the backend's own. To be asked when it is connected. */
  readonly channel?: () => Promise<AgendaBackend['notificationChannel']>;
}

function postgres(connectionString: string, log: Log): Backend {
  // A pool of our own: a broken idle connection without a handler would end the process.
  const pool = new pg.Pool({
    Client: SteadyClient,
    connectionString,
    max: 3,
    application_name: 'dtrove jobs',
    connectionTimeoutMillis: patience,
  });
  pool.on('error', (error) => {
    log.warn({ error: error.message }, 'the job store lost a connection');
  });
  return onPool(pool, () => pool.end());
}

function onPool(pool: pg.Pool, close: () => Promise<void>): Backend {
  const backend = new PostgresBackend({ pool, tableName: table, channelName: table });
  return { backend, connect: () => alone(pool, backend.connect.bind(backend)), close };
}

/** Several processes start at once on a new store, and Agenda's CREATE IF NOT EXISTS fails where two do it together. */
async function alone(pool: pg.Pool, work: () => Promise<void>): Promise<void> {
  const client = await pool.connect();
  client.on('error', () => undefined);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [schemaLock]);
    await work();
  } finally {
    // The lock goes with its connection.
    client.release(true);
  }
}

async function mongo(address: string): Promise<Backend> {
  // Loaded only where it is used: the driver alone takes 20 MB.
  const [{ MongoBackend, MongoChangeStreamNotificationChannel }, { MongoClient }] = await Promise.all([
    import('@agendajs/mongo-backend'),
    import('mongodb'),
  ]);
  const client = new MongoClient(address, { serverSelectionTimeoutMS: patience, appName: 'dtrove jobs' });
  const db = client.db();
  const backend = new MongoBackend({ mongo: db, collection });
  return {
    backend,
    connect: async () => {
      await client.connect();
      await backend.connect();
    },
    close: () => client.close(),
    // Only members of a replica set, and what routes to them, have change streams; the others are asked often.
    channel: async () => {
      const { setName, msg } = await db.command({ hello: 1 });
      const streams = typeof setName === 'string' || msg === 'isdbgrid';
      return streams ? new MongoChangeStreamNotificationChannel({ db, collection }) : undefined;
    },
  };
}
