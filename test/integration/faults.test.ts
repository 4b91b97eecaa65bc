import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createHostKey } from '../../src/remote/keys.js';
import { AddNodeDocument, OperationDocument, RetryOperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, fail, reached, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { noTraces, tracesOf } from '../support/leftovers.js';
import { Occupier } from '../support/occupier.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let occupier: Occupier | null = null;

async function start(): Promise<void> {
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
}

beforeAll(async () => {
  // So long a name that sockets do not fit in: they are outside of it.
  dataDir = join(await makeDataDir(), 'a-long-name-for-a-directory', 'and-another-one-below-it', '.dtrove');
  await start();
}, 120_000);

afterEach(() => occupier?.release());
afterAll(cleanUp);

/** Takes the port of an instance's database as soon as it is allotted: long before the database starts. */
async function occupy(operationId: string, clusterId: string, on: string): Promise<void> {
  await reached(api, operationId, 'create server', 'DONE', on);
  const { instances, endpoints } = await cluster(api, clusterId);
  const index = instances.findIndex(({ name }) => name === on);
  occupier = await Occupier.take(endpoints[index]?.port ?? 0);
}

describe('PostgreSQL that does not start while a cluster is made', () => {
  it('fails the operation, which names step and server in its own words; retry goes on from there', async () => {
    const { cluster: made, operation } = await createCluster(api, 'orders', 2);
    await occupy(operation.id, made.id, 'orders-2');
    const failed = await fail(api, operation.id);
    expect(failed.code).toBe('STEP_FAILED');
    expect(failed.message).toMatch(/^step "start PostgreSQL" on orders-2 failed: .*Address already in use/s);
    const step = failed.steps.find(({ status }) => status === 'FAILED');
    expect(step).toMatchObject({ name: 'start PostgreSQL', instance: { name: 'orders-2' } });
    expect(step?.message).toContain('Address already in use');
    const stopped = await cluster(api, made.id);
    expect(stopped).toMatchObject({ status: 'ERROR', message: failed.message });
    expect(stopped.instances[1]?.message).toContain('Address already in use');
    expect(stopped.instances[0]?.message).toBe('');

    await occupier?.release();
    const { retryOperation } = await api.get(RetryOperationDocument, { id: operation.id });
    expect(retryOperation).toMatchObject({ status: 'QUEUED', error: null });
    expect(await cluster(api, made.id)).toMatchObject({
      status: expect.stringMatching(/SPAWNING|ACTIVE/),
      message: '',
    });
    await succeed(api, operation.id);
    const { status, message, instances } = await cluster(api, made.id);
    expect([status, message, instances.map((instance) => instance.message)]).toEqual(['ACTIVE', '', ['', '']]);
    const { operation: ended } = await api.get(OperationDocument, { id: operation.id });
    const doneBefore = failed.steps.filter((before) => before.status === 'DONE').map(({ id }) => id);
    expect(doneBefore.length).toBeGreaterThan(8);
    for (const { id, attempts } of ended?.steps ?? []) expect([id, attempts]).toEqual([id, id === step?.id ? 2 : 1]);
    await deleteCluster(api, made.id);
  }, 180_000);

  it('leaves nothing behind when the cluster is deleted instead', async () => {
    const { cluster: made, operation } = await createCluster(api, 'doomed', 2);
    await occupy(operation.id, made.id, 'doomed-1');
    expect((await fail(api, operation.id)).message).toMatch(/^step "start PostgreSQL" on doomed-1 failed: /);
    const keys = (await cluster(api, made.id)).instances.map(({ server }) => server ?? '');
    const before = await tracesOf(dataDir, keys);
    expect([before.servers.length, before.reservations.length, before.runDirs.length]).toEqual([2, 4, 2]);
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir, keys)).toEqual(noTraces);
    const again = await api.refused(RetryOperationDocument, { id: operation.id });
    expect(again.extensions).toMatchObject({ code: 'CONFLICT', field: 'id' });
    await succeed(api, (await createCluster(api, 'doomed', 1)).operation.id);
  }, 180_000);
});

describe('a server whose host key has changed', () => {
  it('is refused, in words; with the right one the operation goes on', async () => {
    const { cluster: made, operation } = await createCluster(api, 'pinned', 1);
    await succeed(api, operation.id);
    const [instance] = (await cluster(api, made.id)).instances;
    const file = join(dataDir, 'servers', instance?.server ?? '', 'host_key');
    const right = await readFile(file, 'utf8');
    await plane.stop();
    await writeFile(file, createHostKey().privateKey.reveal());
    await start();

    const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.id } });
    const failed = await fail(api, addNode.operation.id);
    expect(failed.code).toBe('HOST_KEY_CHANGED');
    expect(failed.message).toMatch(
      /on pinned-1 failed: the SSH host key of dtrove@127.0.0.1:\d+ has changed: expected SHA256:\S+, presented SHA256:\S+\. .*nothing was sent to it/,
    );
    expect(failed.steps.find(({ status }) => status === 'FAILED')?.attempts).toBe(1);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'DEGRADED', message: failed.message });

    await plane.stop();
    await writeFile(file, right);
    await start();
    await api.get(RetryOperationDocument, { id: addNode.operation.id });
    await succeed(api, addNode.operation.id);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE', size: 2, message: '' });
    await deleteCluster(api, made.id);
  }, 180_000);
});
