import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { LastBackupDocument, ScheduleBackupsDocument, UnscheduleBackupsDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { backup, listed } from '../support/backups.js';
import { cluster, createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { TestServer } from '../support/database.js';
import { due, schedule, scheduleOf, schedulesOf } from '../support/schedules.js';
import { until } from '../support/until.js';
import { onPacking } from '../support/packing-programs.js';

let server: TestServer;
let db: DataSource;
let env: Record<string, string>;
let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;

async function start(): Promise<void> {
  plane = await ControlPlane.start(dataDir, env);
  api = await plane.api();
}

beforeAll(async () => {
  server = await TestServer.start();
  const url = await server.empty();
  db = await server.connect(url);
  env = { DTROVE_DATABASE_URL: url };
  dataDir = await makeDataDir();
  await start();
  made = await createCluster(api, 'orders', 1);
  await succeed(api, made.operation.id);
}, 120_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
  await db.destroy();
  await server.stop();
});

const only = () => scheduleOf(api, made.cluster.id);
const backups = () => listed(api, made.cluster.id);

onPacking('a schedule of backups', () => {
  it('is refused in words where it makes no sense', async () => {
    const wrongs: [object, string][] = [
      [{ cron: 'daily' }, 'cron'],
      [{ timezone: 'Nowhere/AtAll' }, 'timezone'],
      [{ keepLast: 0 }, 'keepLast'],
      [{ storeId: made.cluster.id }, 'storeId'],
    ];
    for (const [wrong, field] of wrongs) {
      const input = { clusterId: made.cluster.id, cron: '0 3 * * *', ...wrong };
      expect(await api.refused(ScheduleBackupsDocument, { input })).toMatchObject({ extensions: { field } });
    }
  });

  it('begins a backup when its time has come, and removes what it no longer keeps', async () => {
    const { scheduleBackups } = await schedule(api, made.cluster.id, { keepLast: 2, timezone: 'Europe/Berlin' });
    expect(new Date(scheduleBackups.nextAt).getTime()).toBeGreaterThan(Date.now());
    expect(scheduleBackups).toMatchObject({ lastAt: null, message: '', keepLast: 2, keepDays: null });
    const seen = new Set<string>();
    for (let round = 1; round <= 3; round += 1) {
      await due(db, '1 second');
      const id = await until(
        'a new backup',
        async () => (await backups()).find((one) => !seen.has(one)) ?? null,
        60_000,
      );
      seen.add(id);
      expect(await backup(api, id)).toMatchObject({ status: 'AVAILABLE' });
    }
    const [first, ...later] = [...seen];
    await until('the oldest is gone', async () => !(await backups()).includes(first ?? ''), 60_000);
    expect([...(await backups())].sort()).toEqual(later.sort());
    expect(await only()).toMatchObject({ message: '', lastAt: expect.any(String) as unknown });
  }, 240_000);

  it('makes up once for all that was missed while nothing ran', async () => {
    const before = (await backups()).length;
    await db.query(`UPDATE backup_schedule SET cron = '* * * * *', keep_last = 100`);
    await plane.stop('SIGKILL');
    await api.close();
    await due(db, '3 days');
    await db.query('DELETE FROM agenda_jobs');
    await start();
    // Also without its alarm, at once: the one that is dead held the duty of the sweep for a minute.
    await until('a backup', async () => (await backups()).length > before, 25_000);
    const { nextAt } = await only();
    expect(new Date(nextAt).getTime()).toBeGreaterThan(Date.now() - 60_000);
    await db.query(`UPDATE backup_schedule SET cron = '0 3 1 1 *', next_at = now() + interval '1 day'`);
    const begun = await db.query<{ count: string }[]>(`SELECT count(*) FROM operation WHERE kind = 'cluster.backup'`);
    // The clock may have struck meanwhile.
    expect(Number(begun[0]?.count)).toBeLessThanOrEqual(before + 1 + 2 + 1);
  }, 240_000);

  it('leaves one out while the one before it runs, and says so on itself and on the cluster; a good one clears it', async () => {
    // Somebody else's worker has it, and does not come to an end.
    const id = '0193f000-0000-7000-8000-0000000000ff';
    await db.query(
      `INSERT INTO operation (id, kind, status, progress, message, cluster_id, input, attempts, cancel_requested, fence, lease_until)
         VALUES ($1, 'cluster.backup', 'RUNNING', 0, '', $2, json_build_object('backupId', $3::text), 1, false, 1, now() + interval '1 hour')`,
      [id, made.cluster.id, (await backups())[0]],
    );
    await due(db, '1 second');
    const words = await until('words', async () => (await only()).message || null, 30_000);
    expect(words).toMatch(/was left out: the one before it still ran \(operation 0193f000/);
    expect(await cluster(api, made.cluster.id)).toMatchObject({
      status: 'ACTIVE',
      message: expect.stringContaining('was left out') as unknown,
    });
    expect(new Date((await only()).nextAt).getTime()).toBeGreaterThan(Date.now());
    await db.query('DELETE FROM operation WHERE id = $1', [id]);
    await due(db, '1 second');
    await until('no words', async () => (await only()).message === '', 60_000);
    expect((await cluster(api, made.cluster.id)).message).toBe('');
  }, 240_000);

  it('says why its backup failed', async () => {
    const [{ path } = { path: '' }] = await db.query<{ path: string }[]>('SELECT path FROM backup_store');
    await db.query(`UPDATE backup_store SET path = '/dev/null/nowhere'`);
    await due(db, '1 second');
    const words = await until('words', async () => (await only()).message || null, 60_000);
    expect(words).toMatch(/the last backup failed: .*the folder of backups \/dev\/null\/nowhere: ENOTDIR/);
    expect((await cluster(api, made.cluster.id)).message).toContain('ENOTDIR');
    const { cluster: found } = await api.get(LastBackupDocument, { clusterId: made.cluster.id });
    expect(found?.lastBackup).toMatchObject({ status: 'FAILED' });
    await db.query('UPDATE backup_store SET path = $1', [path]);
  }, 120_000);

  it.each(['cluster.addNode', 'cluster.backup'])(
    'is overdue, and says so, where something else, a %s, works on the cluster for long',
    async (kind) => {
      const id = '0193f000-0000-7000-8000-0000000000fe';
      await db.query(
        `INSERT INTO operation (id, kind, status, progress, message, cluster_id, input, attempts, cancel_requested, fence, lease_until)
         VALUES ($1, '${kind}', 'RUNNING', 0, '', $2, '{}', 1, false, 1, now() + interval '1 hour')`,
        [id, made.cluster.id],
      );
      await due(db, '1 hour');
      await until('words', async () => (await only()).message.startsWith('a backup is overdue since'), 30_000);
      expect(await cluster(api, made.cluster.id)).toMatchObject({
        status: 'ACTIVE',
        message: expect.stringMatching(
          new RegExp(`a backup is overdue since .*: the cluster is busy with ${kind}`),
        ) as unknown,
      });
      await db.query('DELETE FROM operation WHERE id = $1', [id]);
      await until('the backup that was due', async () => (await only()).message === '', 60_000);
      expect((await cluster(api, made.cluster.id)).message).toBe('');
    },
    120_000,
  );

  it('ends when it is told to, and its backups stay', async () => {
    const before = await backups();
    const { id } = await only();
    await api.get(UnscheduleBackupsDocument, { id });
    expect(await schedulesOf(api, made.cluster.id)).toEqual([]);
    expect(await backups()).toEqual(before);
    expect(await api.refused(UnscheduleBackupsDocument, { id })).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
  });
});
