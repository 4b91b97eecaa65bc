import { afterAll, describe, expect, it } from '@jest/globals';
import { createCluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, type Environment } from '../support/control-plane.js';
import { useDatabase } from '../support/database.js';
import { mongoStore, postgresStore, type ElsewhereStore } from '../support/job-stores.js';
import { mongoOrWhyNot } from '../support/mongo.js';
import { until } from '../support/until.js';

const database = useDatabase();
const mongo = await mongoOrWhyNot();
afterAll(async () => {
  await cleanUp();
  await mongo.server?.stop();
});

async function inMongo(): Promise<ElsewhereStore> {
  if (mongo.server === null) throw new Error(mongo.whyNot);
  return mongoStore(mongo.server);
}

const own: ElsewhereStore = {
  url: '',
  jobs: async () => (await database.db.query<unknown[]>('SELECT 1 FROM agenda_jobs')).length,
  empty: () => database.db.query('TRUNCATE agenda_jobs'),
};

const places: readonly (readonly [string, () => Promise<ElsewhereStore>])[] = [
  ['in the control plane’s database', () => Promise.resolve(own)],
  ['in another PostgreSQL', () => postgresStore(database.server)],
  ...(mongo.server === null ? [] : [['in MongoDB', inMongo] as const]),
];

describe('a job store that is emptied', () => {
  it.each(places)(
    '%s: each open operation is done all the same',
    async (_name, make) => {
      const store = await make();
      const dataDir = await makeDataDir();
      const start = (role: string): Promise<ControlPlane> => {
        const env: Environment = { DTROVE_ROLE: role, DTROVE_DATABASE_URL: database.url, DTROVE_JOBS_URL: store.url };
        return ControlPlane.start(dataDir, env);
      };
      const front = await start('api');
      const api = await front.api();
      const made = [await createCluster(api, 'one', 1), await createCluster(api, 'two', 1)];
      await until('both are sent for', async () => (await store.jobs()) === 2);
      await store.empty();
      const worker = await start('worker');
      for (const { operation } of made) await succeed(api, operation.id);
      expect(await store.jobs()).toBe(0);
      for (const { cluster } of made) await deleteCluster(api, cluster.id);
      await api.close();
      await Promise.all([front.stop(), worker.stop()]);
    },
    120_000,
  );
});
