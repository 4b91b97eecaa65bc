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
