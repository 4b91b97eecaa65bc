import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { CreateBackupDocument, DeleteBackupDocument, RegisterBackupStoreDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, restore, type Backup, fill } from '../support/backups.js';
import { createCluster, deleteCluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onS3, startBuckets } from '../support/on-s3.js';
import type { S3Server } from '../support/s3.js';

onS3('backups in a bucket', () => {
  let s3: S3Server;
  let plane: ControlPlane;
  let api: Api;
  let made: Created;
  let storeId: string;
  let taken: Backup;

  const store = () => {
    const { endpoint, bucket, accessKeyId, secretAccessKey } = s3;
    return { name: 'bucket', kind: 'S3', endpoint, bucket, accessKeyId, secretAccessKey, prefix: 'of/dtrove' } as const;
  };
  const sums = () => ask(api, made, `SELECT count(*), md5(string_agg(text, '' ORDER BY i)) FROM thing`);

  beforeAll(async () => {
    s3 = await startBuckets();
    plane = await ControlPlane.start(await makeDataDir());
    api = await plane.api();
    made = await createCluster(api, 'orders', 1);
    await succeed(api, made.operation.id);
    // More than one part of what no compression makes less of.
    await fill(api, made);
  }, 180_000);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await s3.stop();
  });

  it('are refused in words where the bucket is not there, or the key is wrong', async () => {
    for (const [wrong, words] of [
      [{ bucket: 'another' }, /the bucket another at http:.*NoSuchBucket/],
      [{ secretAccessKey: 'wrong' }, /SignatureDoesNotMatch/],
      [{ endpoint: 'http://127.0.0.1:1' }, /ECONNREFUSED/],
    ] as const) {
      const input = { ...store(), ...wrong };
      const refused = await api.refused(RegisterBackupStoreDocument, { input });
      expect(refused).toMatchObject({ extensions: { code: 'UNAVAILABLE' } });
      expect(refused.message).toMatch(words);
      expect(refused.message).not.toContain(input.secretAccessKey);
    }
  });

  it('go there in parts, and come back with every row', async () => {
    const { registerBackupStore } = await api.get(RegisterBackupStoreDocument, { input: store() });
    storeId = registerBackupStore.id;
    expect(await s3.objects()).toEqual([]);
    taken = await backUp(api, made.cluster.id, storeId);
    const name = `of/dtrove/${taken.location}`;
    expect([...(await s3.objects())].sort()).toEqual([`${name}.backup`, `${name}.json`]);
    expect(taken.size).toBeGreaterThan(17 * 1024 * 1024);
    const before = await sums();
    const restored = await restore(api, { backupId: taken.id, name: 'again' });
    expect(await ask(api, restored, `SELECT count(*), md5(string_agg(text, '' ORDER BY i)) FROM thing`)).toEqual(
      before,
    );
    await deleteCluster(api, restored.cluster.id);
  }, 240_000);

  it('are aborted when the bucket is away, leave nothing half there, and are made when it is back', async () => {
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id, storeId } });
    await reached(api, createBackup.operation.id, 'copy the data', 'RUNNING');
    await s3.stop();
    const failed = await fail(api, createBackup.operation.id);
    expect(failed.message).toMatch(/could not be sent|ECONNREFUSED|ECONNRESET|socket hang up/);
    expect(await backup(api, createBackup.backup.id)).toMatchObject({ status: 'FAILED' });
    expect(failed.message).not.toContain(s3.secretAccessKey);
    expect(plane.log()).not.toContain(s3.secretAccessKey);
    s3 = await startBuckets();
    const { registerBackupStore } = await api.get(RegisterBackupStoreDocument, {
      input: { ...store(), name: 'another bucket' },
    });
    taken = await backUp(api, made.cluster.id, registerBackupStore.id);
    expect(taken.status).toBe('AVAILABLE');
  }, 240_000);

  it('are deleted with their objects', async () => {
    const { deleteBackup } = await api.get(DeleteBackupDocument, { id: taken.id });
    await succeed(api, deleteBackup.operation.id);
    expect(await s3.objects()).toEqual([]);
  }, 60_000);
});
