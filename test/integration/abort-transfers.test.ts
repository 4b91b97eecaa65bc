import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  CreateBackupDocument,
  RestoreBackupDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, listed, fill } from '../support/backups.js';
import { cluster, createCluster, deleteCluster, follow, reached, succeed, type Created } from '../support/clusters.js';
import type { ControlPlane } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';
import { processesOf, serversOf } from '../support/leftovers.js';
import { onPacking } from '../support/packing-programs.js';
import { until } from '../support/until.js';

/** How long an abort may take until it is seen, in milliseconds. */
const promptly = 10_000;

onPacking('a cancel in the middle of moving data', () => {
  let fleet: Fleet;
  let worker: ControlPlane;
  let api: Api;
  let made: Created;

  const servers = (): string => join(fleet.dataDir, 'servers');
  const files = async (): Promise<string[]> =>
    (await readdir(join(fleet.dataDir, 'backups'), { recursive: true })).filter((name) => name.includes('.')).sort();

  /** What packs or unpacks on the servers: by the names of their programs. */
  async function packers(): Promise<string[]> {
    const names = (await processesOf(servers())).map((pid) => readFile(`/proc/${pid}/comm`, 'utf8').catch(() => ''));
    return (await Promise.all(names))
      .map((name) => name.trim())
      .filter((name) => /^(zstd|openssl|tar|pg_base)/.test(name));
  }

  /** Cancels it as soon as a program moves data; how it ended. */
  async function cancel(id: string, step: string) {
    await reached(api, id, step, 'RUNNING');
    await until('data move', async () => (await packers()).length > 0);
    const began = performance.now();
    await api.get(CancelOperationDocument, { id });
    const end = (await follow(api, id)).at(-1)?.operation;
    expect(performance.now() - began).toBeLessThan(promptly);
    expect(end).toMatchObject({
      status: 'CANCELLED',
      message: expect.stringContaining(`cancelled during the step "${step}"`) as unknown,
    });
  }

  const nothingMoves = () => until('nothing is moved any more', async () => (await packers()).length === 0);

  beforeAll(async () => {
    fleet = await Fleet.begin({ DTROVE_LEASE_SECONDS: '3' });
    const [front, first] = await Promise.all([fleet.start('api'), fleet.start('worker')]);
    [api, worker] = [await front.api(), first];
    made = await createCluster(api, 'moved', 1);
    await succeed(api, made.operation.id);
    // Enough to be found in its middle, and of a kind that no compression makes less of.
    await fill(api, made, 40_000, 80);
  }, 180_000);

  afterAll(async () => {
    await api.close();
    await fleet.end();
  });

  it('of a backup leaves no file and no process, and no backup; a retry makes one', async () => {
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    await cancel(createBackup.operation.id, 'copy the data');
    await nothingMoves();
    expect(await files()).toEqual([]);
    expect(await listed(api)).toEqual([]);
    expect(await backup(api, createBackup.backup.id)).toMatchObject({ status: 'FAILED', size: null });
    await api.get(RetryOperationDocument, { id: createBackup.operation.id });
    await succeed(api, createBackup.operation.id);
    expect(await listed(api)).toEqual([createBackup.backup.id]);
  }, 120_000);

  it('of a backup whose worker was killed leaves no file either', async () => {
    const before = await files();
    const { createBackup } = await api.get(CreateBackupDocument, { input: { clusterId: made.cluster.id } });
    const { id } = createBackup.operation;
    await reached(api, id, 'copy the data', 'RUNNING');
    await until('something is in the store', async () => (await files()).length > before.length);
    await worker.stop('SIGKILL');
    await api.get(CancelOperationDocument, { id });
    expect((await files()).length).toBeGreaterThan(before.length);
    worker = await fleet.start('worker');
    expect((await follow(api, id)).at(-1)?.operation).toMatchObject({ status: 'CANCELLED' });
    await nothingMoves();
    expect(await files()).toEqual(before);
  }, 120_000);

  it('of a restore leaves no process, and a cluster that can be retried, or deleted with all that it has', async () => {
    const [backupId = ''] = await listed(api);
    const before = await serversOf(fleet.dataDir);
    for (const how of ['retried', 'deleted']) {
      const { restoreBackup } = await api.get(RestoreBackupDocument, { input: { backupId, name: how } });
      const { id } = restoreBackup.cluster;
      await cancel(restoreBackup.operation.id, 'restore the data');
      await nothingMoves();
      expect((await cluster(api, id)).status).toBe('ERROR');
      if (how === 'retried') {
        await api.get(RetryOperationDocument, { id: restoreBackup.operation.id });
        await succeed(api, restoreBackup.operation.id);
        const [found] = await ask<{ count: string }>(api, restoreBackup, 'SELECT count(*) FROM thing');
        expect(found?.count).toBe('40000');
      }
      await deleteCluster(api, id);
    }
    expect(await serversOf(fleet.dataDir)).toEqual(before);
  }, 240_000);
});
