import { afterAll, describe, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { ScheduleBackupsDocument, UnscheduleBackupsDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { listed } from '../support/backups.js';
import { createCluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { TestServer } from '../support/database.js';
import { mongoAlarms, postgresAlarms, type AlarmStore } from '../support/job-stores.js';
import { mongoOrWhyNot } from '../support/mongo.js';
import { onPacking } from '../support/packing-programs.js';
import { until } from '../support/until.js';

const server = await TestServer.start();
const mongo = await mongoOrWhyNot();
afterAll(async () => {
  await cleanUp();
  await mongo.server?.stop();
  await server.stop();
});

async function inMongo(): Promise<AlarmStore> {
  if (mongo.server === null) throw new Error(mongo.whyNot);
  return mongoAlarms(mongo.server);
}

/** By the address of the control plane's database. */
type Open = (database: string) => Promise<AlarmStore>;

const places: readonly (readonly [string, Open])[] = [
  ['in the control plane’s database', (database) => Promise.resolve(postgresAlarms(database, ''))],
  ['in another PostgreSQL', () => server.empty().then((url) => postgresAlarms(url, url))],
  ...(mongo.server === null ? [] : [['in MongoDB', inMongo] as const]),
];

/** Well before the sweep, which comes every half minute. */
const soonMs = 5_000;

onPacking('the alarm of a schedule of backups', () => {
  describe.each(places)('%s', (_name, open) => {
    let url: string;
    let db: DataSource;
    let store: AlarmStore;
    let plane: ControlPlane;
    let api: Api;
    let clusterId: string;

    const schedule = async (cron: string) =>
      (await api.get(ScheduleBackupsDocument, { input: { clusterId, cron } })).scheduleBackups;
    const backups = () => listed(api, clusterId);
    const begun = async () =>
      (
        await db.query<{ at: Date }[]>(
          `SELECT created_at AS at FROM operation WHERE kind = 'cluster.backup' AND cluster_id = $1 ORDER BY 1 DESC`,
          [clusterId],
        )
      ).map(({ at }) => at);
    /** As if the time of a schedule had come. */
    const due = (id: string) =>
      db.query(`UPDATE backup_schedule SET next_at = now() - interval '1 second' WHERE id = $1`, [id]);

    it('goes off well before the sweep would, and is set for the time after that', async () => {
      url = await server.empty();
      db = await server.connect(url);
      store = await open(url);
      const env = { DTROVE_DATABASE_URL: url, DTROVE_JOBS_URL: store.url };
      plane = await ControlPlane.start(await makeDataDir(), env);
      api = await plane.api();
      const made = await createCluster(api, 'orders', 1);
      clusterId = made.cluster.id;
      await succeed(api, made.operation.id);
      const { id, nextAt } = await schedule('0 3 1 1 *');
      await until('its alarm', async () => (await store.alarms(id)).join() === new Date(nextAt).toISOString());
      await due(id);
      await store.hasten(id);
      await until('a backup', async () => (await begun()).length === 1, soonMs);
      await until('it is whole', async () => (await backups()).length === 1, 60_000);
      await until('the next alarm', async () => (await store.alarms(id)).join() === new Date(nextAt).toISOString());
      await api.get(UnscheduleBackupsDocument, { id });
      await until('no alarm', async () => (await store.alarms(id)).length === 0);
    }, 180_000);

    it('goes off at the minute that it is set to', async () => {
      const { id, nextAt } = await schedule('* * * * *');
      const before = (await begun()).length;
      await until('a backup', async () => (await begun()).length > before, 90_000);
      const [at] = await begun();
      expect((at?.getTime() ?? 0) - new Date(nextAt).getTime()).toBeGreaterThanOrEqual(0);
      expect((at?.getTime() ?? Infinity) - new Date(nextAt).getTime()).toBeLessThan(soonMs);
      await api.get(UnscheduleBackupsDocument, { id });
    }, 120_000);

    it('begins nothing that is not due: its time was changed, or the schedule is gone', async () => {
      const { id, nextAt } = await schedule('0 3 1 1 *');
      const before = await begun();
      await until('its alarm', async () => (await store.alarms(id)).length === 1);
      await store.hasten(id);
      // It is set once more, for the time that holds.
      await until('its own time', async () => (await store.alarms(id)).join() === new Date(nextAt).toISOString());
      // Gone behind its back, as of another time or a copy of the job store that was brought back.
      await db.query('DELETE FROM backup_schedule WHERE id = $1', [id]);
      await store.hasten(id);
      await until('the alarm is gone', async () => (await store.alarms(id)).length === 0);
      expect(await begun()).toEqual(before);
    }, 60_000);

    it('that is lost with the job store is made up for by the sweep, and set again', async () => {
      const { id, nextAt } = await schedule('0 3 1 1 *');
      await until('its alarm', async () => (await store.alarms(id)).length === 1);
      const before = (await begun()).length;
      await until('nothing works on it', async () => (await backups()).length === before, 60_000);
      // The end of an operation wakes it, too: this one's is long ago by then.
      const since = performance.now();
      await until('a while later', () => performance.now() - since > 2_000);
      await store.empty();
      await due(id);
      await until('a backup', async () => (await begun()).length > before, 45_000);
      await until('its alarm', async () => (await store.alarms(id)).join() === new Date(nextAt).toISOString());
    }, 90_000);

    it('goes with its cluster', async () => {
      await until('nothing works on it', async () => (await begun()).length === (await backups()).length, 60_000);
      await deleteCluster(api, clusterId);
      await until('no alarm', async () => (await store.all()) === 0);
      await api.close();
      await plane.stop();
      await db.destroy();
    }, 60_000);
  });
});
