import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  BackupStoresDocument,
  CreateBackupDocument,
  CreateClusterDocument,
  DeleteBackupDocument,
  DeleteClusterWithBackupsDocument,
  LastBackupDocument,
  RestoreBackupDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, listed, restore, startWriting, type Backup } from '../support/backups.js';
import {
  cluster,
  createCluster,
  deleteCluster,
  follow,
  postgres17,
  succeed,
  type Created,
} from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';
import { onPacking } from '../support/packing-programs.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;
let first: Backup;
/** What the cluster had when the first backup was made. */
let rows: readonly object[];

const all = 'SELECT * FROM thing ORDER BY id';

/** The files of all backups. */
const files = async (): Promise<string[]> => {
  const names = await readdir(join(dataDir, 'backups'), { recursive: true }).catch(() => []);
  return names.filter((name) => name.includes('.')).sort();
};

beforeAll(async () => {
  dataDir = await makeDataDir();
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
  made = await createCluster(api, 'orders', 2);
  await succeed(api, made.operation.id);
  await ask(
    api,
    made,
    'CREATE TABLE thing AS SELECT i AS id, md5(i::text) AS text FROM generate_series(1, 20000) AS i',
  );
  rows = await ask(api, made, all);
}, 120_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
});

onPacking('a backup of a cluster on local', () => {
  it('has a folder in the data directory to go to, from the first start on', async () => {
    const { backupStores } = await api.get(BackupStoresDocument, {});
    expect(backupStores).toEqual([
      expect.objectContaining({ name: 'default', kind: 'FOLDER', path: 'backups', isDefault: true }),
    ]);
  });

  it('is taken from the replica, while the primary is written to, and tells its bytes', async () => {
    const writer = await startWriting(api, made);
    await until('writes', () => writer.written() > 10);
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    expect(createBackup).toMatchObject({
      backup: { status: 'CREATING', size: null },
      operation: { kind: 'cluster.backup' },
    });
    expect(await listed(api, made.cluster.id)).toEqual([]);
    const events = await succeed(api, createBackup.operation.id);
    await writer.stop();
    first = await backup(api, createBackup.backup.id);
    expect(first).toMatchObject({
      status: 'AVAILABLE',
      message: '',
      clusterName: 'orders',
      takenFrom: made.cluster.instances.find(({ role }) => role === 'REPLICA')?.name,
      engineVersion: expect.stringMatching(/^17\./) as unknown,
    });
    expect(events.map(({ step }) => step?.name)).toContain('copy the data');
    expect(events.at(-1)?.step ?? events.at(-2)?.step).toMatchObject({
      message: expect.stringContaining('bytes') as unknown,
    });
    expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
  });

  it('lies in the store as one file with its checksum, encrypted, beside its manifest', async () => {
    const path = join(dataDir, 'backups', `${first.location}.backup`);
    const bytes = await readFile(path);
    expect(bytes.length).toBe(first.size);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(first.sha256);
    expect(bytes.subarray(0, 8).toString()).toBe('Salted__');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await files()).toEqual([`${first.location}.backup`, `${first.location}.json`]);
  });

  it('is listed, newest first, and shows on its cluster', async () => {
    const second = await backUp(api, made.cluster.id);
    expect(await listed(api, made.cluster.id)).toEqual([second.id, first.id]);
    expect(await listed(api)).toEqual([second.id, first.id]);
    const { cluster: found } = await api.get(LastBackupDocument, { clusterId: made.cluster.id });
    expect(found?.lastBackup?.id).toBe(second.id);
  });

  it('becomes a new cluster with every row, that takes writes, has passwords of its own, and replicas', async () => {
    await ask(api, made, 'DELETE FROM thing');
    const restored = await restore(api, { backupId: first.id, name: 'orders-again', size: 2 });
    expect(await ask(api, restored, all)).toEqual(rows);
    expect(await ask(api, restored, 'SELECT max(n) = count(*) AS gapless FROM number')).toEqual([{ gapless: true }]);
    expect(restored.credentials.password).not.toBe(made.credentials.password);
    await expect(ask(api, { ...restored, credentials: made.credentials }, all)).rejects.toThrow(/password/);
    await ask(api, restored, `INSERT INTO thing VALUES (0, 'new')`);
    const seen = () => ask(api, restored, all, 1);
    await until('the new row on the replica', async () => (await seen()).length === rows.length + 1);
    expect((await cluster(api, restored.cluster.id)).status).toBe('ACTIVE');
    await deleteCluster(api, restored.cluster.id);
  }, 120_000);

  it('is what createCluster begins with, too', async () => {
    const input = { name: 'orders-third', datastoreId: await postgres17(api), restoreFrom: first.id };
    const { createCluster: third } = await api.get(CreateClusterDocument, { input });
    await succeed(api, third.operation.id);
    expect(await ask(api, third, all)).toEqual(rows);
    await deleteCluster(api, third.cluster.id);
  }, 120_000);

  it('outlives its cluster, and can be restored then', async () => {
    await deleteCluster(api, made.cluster.id);
    expect(await listed(api, made.cluster.id)).toHaveLength(2);
    const restored = await restore(api, { backupId: first.id, name: 'orders' });
    expect(await ask(api, restored, all)).toEqual(rows);
    made = restored;
  }, 120_000);

  it('is deleted with its file and its key, and cannot be used any more', async () => {
    const { deleteBackup } = await api.get(DeleteBackupDocument, { id: first.id });
    await succeed(api, deleteBackup.operation.id);
    expect(await backup(api, first.id)).toMatchObject({ status: 'DELETED' });
    expect(await listed(api)).toHaveLength(1);
    expect((await files()).filter((name) => name.startsWith(first.location))).toEqual([]);
    const input = { backupId: first.id, name: 'never' };
    expect(await api.refused(RestoreBackupDocument, { input })).toMatchObject({ extensions: { code: 'NOT_FOUND' } });
    expect(await api.refused(DeleteBackupDocument, { id: first.id })).toMatchObject({
      extensions: { code: 'NOT_FOUND', field: 'id' },
    });
  });

  it('goes with its cluster where that is asked for', async () => {
    const last = await backUp(api, made.cluster.id);
    const { deleteCluster: gone } = await api.get(DeleteClusterWithBackupsDocument, {
      id: made.cluster.id,
      deleteBackups: true,
    });
    await follow(api, gone.operation.id);
    expect(await backup(api, last.id)).toMatchObject({ status: 'DELETED' });
    expect((await files()).filter((name) => name.startsWith(last.location))).toEqual([]);
  }, 120_000);
});
