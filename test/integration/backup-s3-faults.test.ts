import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CreateBackupDocument,
  RegisterBackupStoreDocument,
  RestoreBackupDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, listed, type Backup, fill } from '../support/backups.js';
import { cluster, createCluster, deleteCluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onS3, startBuckets } from '../support/on-s3.js';
import type { S3Server } from '../support/s3.js';
import { openWay, type S3Way } from '../support/s3-proxy.js';
import { until } from '../support/until.js';

const run = promisify(execFile);

onS3('a bucket, and what goes wrong on the way to it', () => {
  let s3: S3Server;
  let way: S3Way;
  let dataDir: string;
  let plane: ControlPlane;
  let api: Api;
  let made: Created;
  let storeId: string;
  let rows: unknown;

  const start = async () => {
    plane = await ControlPlane.start(dataDir);
    api = await plane.api();
  };
  const register = async (name: string, server: S3Server, endpoint = server.endpoint) => {
    const { bucket, accessKeyId, secretAccessKey } = server;
    const input = { name, kind: 'S3', endpoint, bucket, accessKeyId, secretAccessKey } as const;
    return (await api.get(RegisterBackupStoreDocument, { input })).registerBackupStore.id;
  };
  const sums = (of: Created) => ask(api, of, `SELECT count(*), md5(string_agg(text, '' ORDER BY i)) FROM thing`);
  const begin = async (into = storeId) =>
    (await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id, storeId: into } })).createBackup;
  const objectOf = ({ location }: Pick<Backup, 'location'>) => `${location}.backup`;

  beforeAll(async () => {
    s3 = await startBuckets();
    way = await openWay(s3.endpoint);
    dataDir = await makeDataDir();
    await start();
    made = await createCluster(api, 'orders', 1);
    await succeed(api, made.operation.id);
    // Three parts and more of what no compression makes less of.
    await fill(api, made, 40_000, 80);
    rows = await sums(made);
    storeId = await register('bucket', s3, way.endpoint);
  }, 180_000);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await way.close();
    await s3.stop();
  });

  it('kill -9 of the worker in the middle: it is begun again, and no upload is left in the bucket', async () => {
    way.set('none');
    const { backup: begun, operation } = await begin();
    await until('a part is there', () => way.parts() >= 2, 60_000);
    expect(await s3.uploads(objectOf(begun))).toBe(1);
    await plane.stop('SIGKILL');
    await api.close();
    await start();
    expect(await listed(api)).toEqual([]);
    await succeed(api, operation.id);
    expect(await backup(api, begun.id)).toMatchObject({ status: 'AVAILABLE' });
    expect(await s3.uploads(objectOf(begun))).toBe(0);
    expect([...(await s3.objects())].sort()).toEqual([objectOf(begun), `${begun.location}.json`].sort());
  }, 180_000);

  it('kill -9 of the worker, and a cancel before the next one: no upload is left in the bucket', async () => {
    way.set('none');
    const { backup: begun, operation } = await begin();
    await until('a part is there', () => way.parts() >= 1, 60_000);
    await api.ask('mutation($id: ID!) { cancelOperation(id: $id) { id } }', { id: operation.id });
    await plane.stop('SIGKILL');
    await api.close();
    await start();
    await until('it is cancelled', async () => (await backup(api, begun.id)).status === 'FAILED', 60_000);
    expect(await s3.uploads(objectOf(begun))).toBe(0);
    expect((await s3.objects()).filter((name) => name.startsWith(begun.location))).toEqual([]);
  }, 180_000);

  it('a bucket that refuses in the middle: the backup fails in its words, keeps nothing, and is made by a retry', async () => {
    way.set('refuses', 2);
    const { backup: begun, operation } = await begin();
    const failed = await fail(api, operation.id);
    expect(failed.message).toMatch(/403/);
    expect(failed.message).not.toMatch(/X-Amz-Signature/);
    expect(await backup(api, begun.id)).toMatchObject({ status: 'FAILED', size: null });
    expect(await s3.uploads(objectOf(begun))).toBe(0);
    expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
    way.set('none');
    await api.get(RetryOperationDocument, { id: operation.id });
    await succeed(api, operation.id);
    expect(await backup(api, begun.id)).toMatchObject({ status: 'AVAILABLE' });
  }, 300_000);

  it('a bucket that cannot be reached from the middle on: what it kept goes with the next backup', async () => {
    way.set('cut', 2);
    const { backup: begun, operation } = await begin();
    await fail(api, operation.id);
    expect(await backup(api, begun.id)).toMatchObject({ status: 'FAILED', size: null });
    // Nobody could tell the bucket.
    expect(await s3.uploads(objectOf(begun))).toBe(1);
    way.set('none');
    await backUp(api, made.cluster.id, storeId);
    expect(await s3.uploads(objectOf(begun))).toBe(0);
  }, 300_000);

  describe('a backup that was changed there', () => {
    let whole: Backup;
    let another: Backup;
    beforeAll(async () => {
      way.set('none');
      whole = await backUp(api, made.cluster.id, storeId);
      another = await backUp(api, made.cluster.id, storeId);
    }, 180_000);

    const damages: [string, () => Promise<void>, RegExp][] = [
      [
        'truncated',
        async () => s3.write(objectOf(whole), (await s3.read(objectOf(whole))).subarray(0, 100_000)),
        /has 100000 bytes of \d+/,
      ],
      [
        'tampered with',
        async () => {
          const bytes = await s3.read(objectOf(whole));
          bytes.write('!', 20_000_000);
          await s3.write(objectOf(whole), bytes);
        },
        /part 2 does not have its checksum/,
      ],
      [
        'given the manifest of another',
        async () => s3.write(`${whole.location}.json`, await s3.read(`${another.location}.json`)),
        /does not bear its seal/,
      ],
      [
        'given a foreign file',
        () => s3.write(`${whole.location}.json`, Buffer.from('{"format":1}\n')),
        /does not bear its seal/,
      ],
      ['removed', () => s3.remove(objectOf(whole)), /is gone/],
    ];

    it.each(damages)(
      '%s, is refused, and becomes a cluster when it is put right again',
      async (how, damage, words) => {
        const names = [objectOf(whole), `${whole.location}.json`];
        const kept = await Promise.all(names.map((name) => s3.read(name)));
        await damage();
        const input = { backupId: whole.id, name: `never ${how}` };
        const { restoreBackup } = await api.get(RestoreBackupDocument, { input });
        const failed = await fail(api, restoreBackup.operation.id);
        expect(failed.code).toBe('BACKUP_DAMAGED');
        expect(failed.message).toMatch(words);
        for (const [i, name] of names.entries()) await s3.write(name, kept[i] ?? Buffer.alloc(0));
        await api.get(RetryOperationDocument, { id: restoreBackup.operation.id });
        await succeed(api, restoreBackup.operation.id);
        expect(await sums(restoreBackup)).toEqual(rows);
        await deleteCluster(api, restoreBackup.cluster.id);
      },
      180_000,
    );
  });

  it('a server that gets full in the middle: the backup fails in its words, and keeps nothing', async () => {
    const place = await mkdtemp(join(tmpdir(), 'dtrove-full-'));
    const mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=40m', 'tmpfs', place]).then(
      () => true,
      () => false,
    );
    if (!mounted) {
      process.stderr.write('not tested, as this machine mounts no file system for us: a bucket that gets full\n');
      return;
    }
    const small = await startBuckets('127.0.0.1', place);
    try {
      const { backup: begun, operation } = await begin(await register('small', small));
      await reached(api, operation.id, 'copy the data', 'RUNNING');
      const failed = await fail(api, operation.id);
      expect(failed.message).toMatch(/507|XMinioStorageFull/);
      expect(await backup(api, begun.id)).toMatchObject({ status: 'FAILED', size: null });
      expect(await small.objects()).toEqual([]);
    } finally {
      await small.stop();
      await run('umount', ['-l', place]);
      await rm(place, { recursive: true });
    }
  }, 180_000);
});
