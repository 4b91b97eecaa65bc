import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { DataSource } from 'typeorm';
import { PerformDocument, UnscheduleBackupsDocument, VerifyBackupDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, listed, type Backup } from '../support/backups.js';
import { cluster, createCluster, fail, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { TestServer } from '../support/database.js';
import { due, schedule, scheduleOf } from '../support/schedules.js';
import { until } from '../support/until.js';
import { onPacking } from '../support/packing-programs.js';

let server: TestServer;
let db: DataSource;
let dataDir: string;
let api: Api;
let made: Created;

beforeAll(async () => {
  server = await TestServer.start();
  const url = await server.empty();
  db = await server.connect(url);
  dataDir = await makeDataDir();
  api = await (await ControlPlane.start(dataDir, { DTROVE_DATABASE_URL: url })).api();
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

onPacking('a backup is proven', () => {
  /** Nothing of a proof is left. */
  const noneLeft = () =>
    until(
      'the server that proved it is gone',
      async () =>
        (await db.query<unknown[]>('SELECT 1 FROM cluster WHERE throwaway AND deleted_at IS NULL')).length === 0,
      90_000,
    );
  const verdict = (id: string, has: (of: Backup) => boolean) =>
    until('a verdict', async () => ((found) => (has(found) ? found : null))(await backup(api, id)), 90_000);
  const proven = ({ verifiedAt }: Backup) => verifiedAt !== null;
  const unproven = ({ verifyMessage }: Backup) => verifyMessage !== '';
  const spoil = async ({ location }: Backup) => {
    const file = await open(join(dataDir, 'backups', `${location}.backup`), 'r+');
    await file.write('!', 1000);
    await file.close();
  };
  const newest = async (count: number) => {
    const ids = await until(
      'a new backup',
      async () => ((all) => (all.length >= count ? all : null))(await backups()),
      60_000,
    );
    return backup(api, ids[0] ?? '');
  };

  it('by a restore that is read, checked and gone again', async () => {
    const { id } = await backUp(api, made.cluster.id);
    const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: id });
    await succeed(api, verifyBackup.operation.id);
    expect(await backup(api, id)).toMatchObject({
      verifyMessage: '',
      verifiedAt: expect.any(String) as unknown,
      verifiedRestoreSeconds: expect.any(Number) as unknown,
    });
    await noneLeft();
  }, 120_000);

  it('never, where it was tampered with since: also one that had been proven before', async () => {
    const whole = await backUp(api, made.cluster.id);
    const verify = async () => (await api.get(VerifyBackupDocument, { backupId: whole.id })).verifyBackup.operation.id;
    await succeed(api, await verify());
    expect((await backup(api, whole.id)).verifiedAt).not.toBeNull();
    await spoil(whole);
    const failed = await fail(api, await verify());
    expect(failed.code).toBe('BACKUP_DAMAGED');
    expect(await backup(api, whole.id)).toMatchObject({
      status: 'AVAILABLE',
      verifiedAt: null,
      verifiedRestoreSeconds: null,
      verifyMessage: expect.stringMatching(/^could not be verified: .*does not have its checksum/) as unknown,
    });
    await noneLeft();
  }, 120_000);

  it('never, where its server does not start', async () => {
    const whole = await backUp(api, made.cluster.id);
    // What its cluster was told to run on is more than this computer has.
    const settings = { parameters: { shared_buffers: '8000GB' } };
    await db.query('UPDATE backup SET settings = $1 WHERE id = $2', [settings, whole.id]);
    const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: whole.id });
    await fail(api, verifyBackup.operation.id);
    expect(await backup(api, whole.id)).toMatchObject({
      verifiedAt: null,
      verifiedRestoreSeconds: null,
      verifyMessage: expect.stringMatching(/^could not be verified: .*shared memory/s) as unknown,
    });
    await noneLeft();
  }, 120_000);

  it('never, where a table is not what it should be, though it can be read', async () => {
    await ask(api, made, 'CREATE TABLE odd AS SELECT 1 AS i');
    const { instances, endpoints } = await cluster(api, made.cluster.id);
    const [node] = instances;
    const sql = `UPDATE pg_class SET relfrozenxid = (txid_current() + 50)::text::xid WHERE relname = 'odd'`;
    const commands = [
      `psql -h "$HOME/run" -p ${endpoints[0]?.port ?? 0} -U postgres -d postgres -v ON_ERROR_STOP=1 -c "${sql}"`,
    ];
    const input = { instanceId: node?.id ?? '', name: 'spoil', commands };
    await succeed(api, (await api.get(PerformDocument, { input })).perform.operation.id);
    const whole = await backUp(api, made.cluster.id);
    await ask(api, made, 'DROP TABLE odd');
    await fail(api, (await api.get(VerifyBackupDocument, { backupId: whole.id })).verifyBackup.operation.id);
    expect(await backup(api, whole.id)).toMatchObject({
      verifiedAt: null,
      verifyMessage: expect.stringMatching(
        /the table odd, block 0: xmin \d+ precedes relation freeze threshold/,
      ) as unknown,
    });
    await noneLeft();
  }, 120_000);

  it('every so often by its schedule, which says so where one could not be, and has the next one proven', async () => {
    const before = (await backups()).length;
    const { scheduleBackups } = await schedule(api, made.cluster.id, { verifyEvery: 2 });
    await due(db, '1 second');
    const first = await newest(before + 1);
    await due(db, '1 second');
    const second = await newest(before + 2);
    expect(await verdict(second.id, proven)).toMatchObject({ verifyMessage: '' });
    expect(await backup(api, first.id)).toMatchObject({ verifiedAt: null, verifyMessage: '' });
    await noneLeft();

    await db.query('UPDATE backup_schedule SET verify_every = NULL');
    await due(db, '1 second');
    const third = await newest(before + 3);
    await spoil(third);
    await db.query('UPDATE backup_schedule SET verify_every = 9, unverified = 9, tidy = true');
    expect(await verdict(third.id, unproven)).toMatchObject({ verifiedAt: null });
    const words = await until('words', async () => (await only()).message || null);
    expect(words).toMatch(/^the backup of \d{4}-.* could not be verified: .*does not have its checksum/);
    expect(await cluster(api, made.cluster.id)).toMatchObject({
      status: 'ACTIVE',
      message: expect.stringContaining('could not be verified') as unknown,
    });
    await noneLeft();

    await due(db, '1 second');
    const fourth = await newest(before + 4);
    await verdict(fourth.id, proven);
    expect((await only()).message).toBe('');
    expect((await cluster(api, made.cluster.id)).message).toBe('');
    await noneLeft();
    await api.get(UnscheduleBackupsDocument, { id: scheduleBackups.id });
  }, 300_000);

  it('and is kept, whatever its schedule keeps, until the next one is proven, too', async () => {
    const before = await backups();
    const { scheduleBackups } = await schedule(api, made.cluster.id, { verifyEvery: 2, keepLast: 1 });
    await db.query('UPDATE backup_schedule SET unverified = 1');
    await due(db, '1 second');
    const first = await newest(before.length + 1);
    await verdict(first.id, proven);
    await noneLeft();

    await due(db, '1 second');
    const second = await newest(before.length + 2);
    await until(
      'it was tidied',
      async () => (await db.query<unknown[]>('SELECT 1 FROM backup_schedule WHERE tidy')).length === 0,
    );
    expect(await backups()).toEqual([second.id, first.id, ...before]);
    expect(second).toMatchObject({ verifiedAt: null });

    await due(db, '1 second');
    const third = await until('another backup', async () =>
      (([id]) => (id === second.id ? null : id))(await backups()),
    );
    await verdict(third ?? '', proven);
    await until('those before it are gone', async () => (await backups()).length === before.length + 1);
    expect(await backups()).toEqual([third, ...before]);
    await noneLeft();
    await api.get(UnscheduleBackupsDocument, { id: scheduleBackups.id });
  }, 300_000);
});
