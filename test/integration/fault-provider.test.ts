import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeleteClusterDocument, OperationDocument, RetryOperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, fail, reached, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { noTraces, tracesOf } from '../support/leftovers.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;

const start = async (): Promise<void> => {
  const module = join(import.meta.dirname, '../support/programs/faulty-provider.mjs');
  plane = await ControlPlane.start(dataDir, {
    DTROVE_PROVIDERS: module,
    DTROVE_STEP_ATTEMPTS: '3',
    DTROVE_GRACE_SECONDS: '1',
  });
  api = await plane.api();
};

/** What the next calls of the provider come to; those that follow work. */
const faults = (next: Readonly<Record<string, readonly string[]>>): Promise<void> =>
  writeFile(join(dataDir, 'faults.json'), JSON.stringify(next));

beforeAll(async () => {
  dataDir = await makeDataDir();
  await faults({});
  await start();
}, 120_000);

beforeEach(() => faults({}));
afterAll(cleanUp);

async function stepOf(operationId: string, name: string) {
  const { operation } = await api.get(OperationDocument, { id: operationId });
  return operation?.steps.find((step) => step.name === name);
}

describe('a provider of somebody else that', () => {
  it('has no room: the operation fails at once in its words, and goes on when there is', async () => {
    await faults({ create: ['QUOTA_EXCEEDED'] });
    const { cluster: made, operation } = await createCluster(api, 'quota', 1);
    expect(made.provider).toBe('faulty');
    const { code, message } = await fail(api, operation.id);
    const words = 'step "create server" on quota-1 failed: the cloud says QUOTA_EXCEEDED';
    expect([code, message]).toEqual(['QUOTA_EXCEEDED', words]);
    expect((await stepOf(operation.id, 'create server'))?.attempts).toBe(1);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ERROR', message: words });
    await api.get(RetryOperationDocument, { id: operation.id });
    await succeed(api, operation.id);
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 120_000);

  it('is away for a moment: it is asked again; for longer: the operation fails', async () => {
    await faults({ create: ['UNAVAILABLE', 'UNAVAILABLE'] });
    const { cluster: made, operation } = await createCluster(api, 'away', 1);
    await succeed(api, operation.id);
    expect((await stepOf(operation.id, 'create server'))?.attempts).toBe(3);
    await deleteCluster(api, made.id);
    await faults({ create: ['UNAVAILABLE', 'UNAVAILABLE', 'UNAVAILABLE'] });
    const second = await createCluster(api, 'away', 1);
    expect((await fail(api, second.operation.id)).message).toContain('the cloud says UNAVAILABLE');
    await deleteCluster(api, second.cluster.id);
  }, 120_000);

  it('makes a server that is broken: the operation fails in its words, and the server is destroyed with the cluster', async () => {
    await faults({ updateStatus: ['ERROR'] });
    const { cluster: made, operation } = await createCluster(api, 'broken', 1);
    expect((await fail(api, operation.id)).message).toBe(
      'step "wait for server" on broken-1 failed: faulty: no valid host was found',
    );
    expect(await tracesOf(dataDir)).not.toEqual(noTraces);
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 120_000);

  it('has a bug: the operation fails, with no stack in what clients see', async () => {
    await faults({ create: ['bug'] });
    const { cluster: made, operation } = await createCluster(api, 'bug', 1);
    const failed = await fail(api, operation.id);
    expect(failed.code).toBe('INTERNAL');
    expect(JSON.stringify(failed)).not.toMatch(/\.mjs|\.js:|\n {4}at /);
    await deleteCluster(api, made.id);
  }, 120_000);

  it('cannot destroy: the deletion fails, and is asked for again', async () => {
    const { cluster: made, operation } = await createCluster(api, 'clinging', 1);
    await succeed(api, operation.id);
    await faults({ destroy: ['PROVIDER_FAILED'] });
    const { deleteCluster: deletion } = await api.get(DeleteClusterDocument, { id: made.id });
    expect((await fail(api, deletion.operation.id)).message).toMatch(/^step "destroy server" on clinging-1 failed: /);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ERROR', instances: [{ name: 'clinging-1' }] });
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 120_000);

  it('never answers, nor heeds its signal: a stop ends the process all the same, and the operation goes on', async () => {
    await faults({ create: ['hang'] });
    const { cluster: made, operation } = await createCluster(api, 'silent', 1);
    await reached(api, operation.id, 'create server', 'RUNNING');
    await plane.stop();
    expect(await plane.ended).toEqual({ code: 0, signal: null });
    await start();
    await succeed(api, operation.id);
    await deleteCluster(api, made.id);
  }, 120_000);
});
