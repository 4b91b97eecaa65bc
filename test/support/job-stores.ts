import pg from 'pg';
import type { TestServer } from './database.js';
import type { MongoServer } from './mongo.js';

/** A place for jobs that is not the control plane's database: where it is, how much it holds, and how it is emptied. */
export interface ElsewhereStore {
  readonly url: string;
  jobs(): Promise<number>;
  empty(): Promise<unknown>;
}

export async function mongoStore(mongo: MongoServer): Promise<ElsewhereStore> {
  const url = mongo.empty();
  const collection = (await mongo.connect(url)).db().collection('agenda_jobs');
  return {
    url,
    jobs: () => collection.countDocuments(),
    empty: () => collection.drop(),
  };
}

export async function postgresStore(server: TestServer): Promise<ElsewhereStore> {
  const url = await server.empty();
  const ask = async (text: string): Promise<pg.QueryResult<{ n: string }>> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    return client.query<{ n: string }>(text).finally(() => client.end());
  };
  return {
    url,
    jobs: async () => Number((await ask('SELECT count(*) AS n FROM agenda_jobs')).rows[0]?.n),
    empty: () => ask('TRUNCATE agenda_jobs'),
  };
}

/** The alarms of schedules in a store of jobs. */
export interface AlarmStore {
  /** DTROVE_JOBS_URL. */
  readonly url: string;
  /** When those of a schedule go off, as ISO 8601; `now` of one that does. */
  alarms(scheduleId: string): Promise<readonly string[]>;
  /** How many there are, whosever. */
  all(): Promise<number>;
  /** Has those of a schedule go off now. */
  hasten(scheduleId: string): Promise<void>;
  empty(): Promise<unknown>;
}

const alarm = 'backup schedule';

/** In the PostgreSQL at `place`; `url` is what the control plane is told. */
export function postgresAlarms(place: string, url: string): AlarmStore {
  const ask = async <T extends object>(text: string, values: readonly string[]): Promise<T[]> => {
    const client = new pg.Client({ connectionString: place });
    await client.connect();
    return client
      .query<T>(text, [...values])
      .then(({ rows }) => rows)
      .finally(() => client.end());
  };
  const of = `name = $1 AND data->>'scheduleId' = $2`;
  return {
    url,
    async alarms(id) {
      const rows = await ask<{ at: Date | null }>(`SELECT next_run_at AS at FROM agenda_jobs WHERE ${of}`, [alarm, id]);
      return rows.map(({ at }) => at?.toISOString() ?? 'now');
    },
    all: async () => (await ask('SELECT 1 FROM agenda_jobs WHERE name = $1', [alarm])).length,
    async hasten(id) {
      await ask(`UPDATE agenda_jobs SET next_run_at = now() WHERE ${of}`, [alarm, id]);
    },
    empty: () => ask('DELETE FROM agenda_jobs', []),
  };
}

/** In a MongoDB. */
export async function mongoAlarms(mongo: MongoServer): Promise<AlarmStore> {
  const url = mongo.empty();
  const collection = (await mongo.connect(url)).db().collection<{ nextRunAt: Date | null }>('agenda_jobs');
  const of = (id: string) => ({ name: alarm, 'data.scheduleId': id });
  return {
    url,
    async alarms(id) {
      const found = await collection.find(of(id)).toArray();
      return found.map(({ nextRunAt }) => nextRunAt?.toISOString() ?? 'now');
    },
    all: () => collection.countDocuments({ name: alarm }),
    async hasten(id) {
      await collection.updateMany(of(id), { $set: { nextRunAt: new Date() } });
    },
    empty: () => collection.deleteMany({}),
  };
}
