import { execFile } from 'node:child_process';
import { copyFile, mkdir, open, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CreateBackupDocument,
  DeleteBackupDocument,
  OperationDocument,
  RegisterBackupStoreDocument,
  RemoveBackupStoreDocument,
  RestoreBackupDocument,
  RetryOperationDocument,
  VerifyBackupDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, listed, type Backup, fill } from '../support/backups.js';
import { cluster, createCluster, deleteCluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onPacking } from '../support/packing-programs.js';

const run = promisify(execFile);
let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;
let rows: number;

const count = async (of: Created): Promise<number> => {
  const [found] = await ask<{ count: string }>(api, of, 'SELECT count(*) FROM thing');
  return Number(found?.count);
};

async function start(): Promise<void> {
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
}

async function killAndStart(): Promise<void> {
  await plane.stop('SIGKILL');
  await api.close();
  await start();
}

const fileOf = ({ location }: Backup, end: string): string => join(dataDir, 'backups', `${location}${end}`);
const files = async (root = join(dataDir, 'backups')): Promise<string[]> =>
  (await readdir(root, { recursive: true })).filter((name) => name.includes('.'));

beforeAll(async () => {
  dataDir = await makeDataDir();
  await start();
  made = await createCluster(api, 'orders', 1);
  await succeed(api, made.operation.id);
  // Some tens of megabytes that no compression makes less of.
  await fill(api, made);
  rows = await count(made);
}, 180_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
});

onPacking('a backup that goes on', () => {
  it('tells its bytes live, and so does its restore', async () => {
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    const running = async (id: string, name: string) =>
      (await succeed(api, id)).flatMap(({ step }) =>
        step?.name === name && step.status === 'RUNNING' ? [step.output] : [],
      );
    expect((await running(createBackup.operation.id, 'copy the data')).join('')).toMatch(/\d MiB, \d+\.\d MiB\/s/);
    const input = { backupId: createBackup.backup.id, name: 'live' };
    const { restoreBackup } = await api.get(RestoreBackupDocument, { input });
    const told = await running(restoreBackup.operation.id, 'restore the data');
    expect(told.join('')).toMatch(/\d MiB of \d+\.\d MiB, \d+\.\d MiB\/s/);
    await deleteCluster(api, restoreBackup.cluster.id);
    const { deleteBackup } = await api.get(DeleteBackupDocument, { id: createBackup.backup.id });
    await succeed(api, deleteBackup.operation.id);
  }, 180_000);
});

onPacking('a backup that something works with', () => {
  it('is not deleted: while it is made, while it is restored, while it is proven', async () => {
    const refused = async (id: string, operation: { readonly id: string; readonly kind: string }) => {
      const { extensions, message } = await api.refused(DeleteBackupDocument, { id });
      expect(extensions).toMatchObject({ code: 'CONFLICT', operationId: operation.id });
      expect(message).toContain(`the backup is busy with ${operation.kind}`);
    };
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    const { id } = createBackup.backup;
    await refused(id, createBackup.operation);
    await succeed(api, createBackup.operation.id);
    const { restoreBackup } = await api.get(RestoreBackupDocument, { input: { backupId: id, name: 'busy' } });
    await refused(id, restoreBackup.operation);
    await succeed(api, restoreBackup.operation.id);
    await deleteCluster(api, restoreBackup.cluster.id);
    const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: id });
    await refused(id, verifyBackup.operation);
    await succeed(api, verifyBackup.operation.id);
    const { deleteBackup } = await api.get(DeleteBackupDocument, { id });
    await succeed(api, deleteBackup.operation.id);
  }, 180_000);
});

onPacking('kill -9 of the worker', () => {
  it('in the middle of a backup: it is begun again, and is one, and nothing else is left in the store', async () => {
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    await reached(api, createBackup.operation.id, 'copy the data', 'RUNNING');
    await killAndStart();
    expect(await listed(api)).toEqual([]);
    await succeed(api, createBackup.operation.id);
    const whole = await backup(api, createBackup.backup.id);
    expect(whole).toMatchObject({ status: 'AVAILABLE' });
    expect((await files()).sort()).toEqual([`${whole.location}.backup`, `${whole.location}.json`]);
  }, 180_000);

  it('in the middle of a restore: it is begun again, and every row is there', async () => {
    const [id = ''] = await listed(api);
    const { restoreBackup } = await api.get(RestoreBackupDocument, { input: { backupId: id, name: 'again' } });
    await reached(api, restoreBackup.operation.id, 'restore the data', 'RUNNING');
    await killAndStart();
    await succeed(api, restoreBackup.operation.id);
    expect(await count(restoreBackup)).toBe(rows);
    await deleteCluster(api, restoreBackup.cluster.id);
  }, 180_000);
});

onPacking('a backup that was changed in its store', () => {
  let whole: Backup;
  let another: Backup;

  beforeAll(async () => {
    whole = await backUp(api, made.cluster.id);
    another = await backUp(api, made.cluster.id);
  }, 120_000);

  const damages: [string, () => Promise<void>, RegExp][] = [
    ['truncated', () => truncate(fileOf(whole, '.backup'), 100_000), /has 100000 bytes of \d+/],
    [
      'tampered with',
      async () => {
        const file = await open(fileOf(whole, '.backup'), 'r+');
        await file.write('!', 12_345_678);
        await file.close();
      },
      /part 2 of \d+ of .* does not have its checksum/,
    ],
    [
      'given the bytes of another',
      () => copyFile(fileOf(another, '.backup'), fileOf(whole, '.backup')),
      /does not have its checksum|bytes of/,
    ],
    [
      'given the manifest of another',
      () => copyFile(fileOf(another, '.json'), fileOf(whole, '.json')),
      /does not bear its seal/,
    ],
    ['given a foreign file', () => writeFile(fileOf(whole, '.json'), '{"format":1}\n'), /does not bear its seal/],
    ['removed', () => rm(fileOf(whole, '.backup')), /is gone/],
  ];

  it.each(damages)(
    '%s, is refused, and nothing comes of it',
    async (how, damage, words) => {
      const ends = ['.backup', '.json'];
      for (const end of ends) await copyFile(fileOf(whole, end), `${fileOf(whole, end)}.kept`);
      await damage();
      const name = `never ${how}`;
      const { restoreBackup } = await api.get(RestoreBackupDocument, { input: { backupId: whole.id, name } });
      const failed = await fail(api, restoreBackup.operation.id);
      expect(failed.code).toBe('BACKUP_DAMAGED');
      expect(failed.message).toMatch(words);
      expect(await cluster(api, restoreBackup.cluster.id)).toMatchObject({ status: 'ERROR' });
      for (const end of ends) await copyFile(`${fileOf(whole, end)}.kept`, fileOf(whole, end));
      // What was put right again goes on where it failed.
      await api.get(RetryOperationDocument, { id: restoreBackup.operation.id });
      await succeed(api, restoreBackup.operation.id);
      expect(await count(restoreBackup)).toBe(rows);
      await deleteCluster(api, restoreBackup.cluster.id);
      for (const end of ends) await rm(`${fileOf(whole, end)}.kept`);
    },
    120_000,
  );
});

onPacking('a store in a folder', () => {
  it('that cannot be used is not registered', async () => {
    const input = { name: 'nowhere', kind: 'FOLDER', path: '/dev/null/nowhere' } as const;
    const refused = await api.refused(RegisterBackupStoreDocument, { input });
    expect(refused).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
    expect(refused.message).toMatch(/^the folder of backups \/dev\/null\/nowhere: ENOTDIR/);
    const relative = { ...input, path: 'below' };
    expect(await api.refused(RegisterBackupStoreDocument, { input: relative })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'path' },
    });
  });

  it('that gets full fails the backup in words, keeps nothing of it, and takes it when there is room', async () => {
    const path = join(dataDir, 'small');
    await mkdir(path);
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=0700', 'tmpfs', path]).then(
      () => true,
      () => false,
    );
    if (!mounted) {
      process.stderr.write('not tested, as this machine mounts no file system for us: a store that gets full\n');
      return;
    }
    try {
      const input = { name: 'small', kind: 'FOLDER', path } as const;
      const { registerBackupStore: store } = await api.get(RegisterBackupStoreDocument, { input });
      const wish = { clusterId: made.cluster.id, storeId: store.id };
      const { createBackup } = await api.get(CreateBackupDocument, { input: wish });
      const failed = await fail(api, createBackup.operation.id);
      expect(failed).toMatchObject({ code: 'UNAVAILABLE' });
      expect(failed.message).toMatch(/the folder of backups .*small: ENOSPC: no space left on device.*make room there/);
      expect(await backup(api, createBackup.backup.id)).toMatchObject({ status: 'FAILED', size: null });
      expect(await files(path)).toEqual([]);
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
      await run('mount', ['-o', 'remount,size=200m', path]);
      await api.get(RetryOperationDocument, { id: createBackup.operation.id });
      await succeed(api, createBackup.operation.id);
      const whole = await backup(api, createBackup.backup.id);
      expect((await readFile(join(path, `${whole.location}.backup`))).length).toBe(whole.size);
      expect(await api.refused(RemoveBackupStoreDocument, { id: store.id })).toMatchObject({
        extensions: { code: 'CONFLICT' },
      });
    } finally {
      await run('umount', ['-l', path]);
    }
  }, 180_000);
});

onPacking('a backup that is cancelled', () => {
  it('is none, and leaves nothing', async () => {
    const before = await files();
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    await reached(api, createBackup.operation.id, 'copy the data', 'RUNNING');
    await api.ask('mutation($id: ID!) { cancelOperation(id: $id) { id } }', { id: createBackup.operation.id });
    await api.get(OperationDocument, { id: createBackup.operation.id });
    for (;;) {
      const { operation } = await api.get(OperationDocument, { id: createBackup.operation.id });
      if (operation?.status === 'CANCELLED') break;
      expect(operation?.status).not.toBe('SUCCEEDED');
    }
    expect(await backup(api, createBackup.backup.id)).toMatchObject({ status: 'FAILED' });
    expect(await files()).toEqual(before);
  }, 60_000);
});
