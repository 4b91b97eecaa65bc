import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { readdir, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  OperationDocument,
  OperationProgressDocument,
  RestartClusterDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import { createHostKey } from '../../src/remote/keys.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, follow, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { processesOf } from '../support/leftovers.js';

const undo: (() => unknown)[] = [];

afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
  await cleanUp();
});
afterAll(cleanUp);

async function open(dataDir: string): Promise<{ plane: ControlPlane; api: Api }> {
  const plane = await ControlPlane.start(dataDir);
  const api = await plane.api();
  undo.push(async () => {
    await api.close();
    await plane.stop();
  });
  return { plane, api };
}

/** Resolves when a step of that name is done; the port of its instance's database is known by then at the latest. */
async function stepDone(api: Api, operationId: string, name: string): Promise<void> {
  for await (const { operationProgress } of api.watch(OperationProgressDocument, { id: operationId })) {
    const { step } = operationProgress;
    if (step?.name === name && step.status === 'DONE') return;
  }
}

async function occupy(port: number): Promise<Server> {
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

const servers = async (dataDir: string): Promise<string[]> =>
  (await readdir(join(dataDir, 'servers')).catch(() => [])).filter((name) => !name.startsWith('.'));

describe('PostgreSQL that does not start while a cluster is made', () => {
  it('fails the operation with its own words, goes on when the cause is gone, and leaves nothing when deleted', async () => {
    const dataDir = await makeDataDir();
    const { api } = await open(dataDir);
    const made = await createCluster(api, 'blocked', 1);
    await stepDone(api, made.operation.id, 'create server');
    const [endpoint] = (await cluster(api, made.cluster.id)).endpoints;
    const blocker = await occupy(endpoint?.port ?? 0);

    const failed = (await follow(api, made.operation.id)).at(-1)?.operation;
    expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'STEP_FAILED' } });
    expect(failed?.error?.message).toMatch(/start PostgreSQL.*blocked-1/);
    expect(failed?.error?.message).toMatch(/Address already in use/);
    const broken = await cluster(api, made.cluster.id);
    expect([broken.status, broken.message]).toEqual(['ERROR', failed?.error?.message]);
    expect(broken.instances[0]?.message).toMatch(/Address already in use/);

    blocker.close();
    await once(blocker, 'close');
    const { retryOperation } = await api.get(RetryOperationDocument, { id: made.operation.id });
    expect(retryOperation).toMatchObject({ id: made.operation.id, error: null });
    expect((await cluster(api, made.cluster.id)).status).toBe('SPAWNING');
    await succeed(api, made.operation.id);
    const { operation } = await api.get(OperationDocument, { id: made.operation.id });
    const attempts = operation?.steps.map(({ name, attempts: n }) => [name, n] as const) ?? [];
    expect(attempts.filter(([, n]) => n > 1)).toEqual([['start PostgreSQL', 2]]);

    await deleteCluster(api, made.cluster.id);
    expect(await servers(dataDir)).toEqual([]);
  });
});

describe('a full disk', () => {
  const root = process.getuid?.() === 0 && process.platform === 'linux';

  (root ? it : it.skip)('fails the operation with its own words, and deleteCluster cleans up', async () => {
    const dataDir = await makeDataDir();
    mkdirSync(join(dataDir, 'servers'));
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', join(dataDir, 'servers')]);
    undo.push(() => execFileSync('umount', ['-l', join(dataDir, 'servers')]));
    const { api } = await open(dataDir);
    const made = await createCluster(api, 'full', 1);
    const failed = (await follow(api, made.operation.id)).at(-1)?.operation;
    expect(failed?.status).toBe('FAILED');
    expect(failed?.error?.message).toMatch(/initialise the database.*No space left on device/s);
    expect((await cluster(api, made.cluster.id)).status).toBe('ERROR');

    await deleteCluster(api, made.cluster.id);
    expect(await servers(dataDir)).toEqual([]);
    expect(await processesOf(join(dataDir, 'servers'))).toEqual([]);
  });
});

describe('a server that shows another host key', () => {
  it('is refused, with words that say so', async () => {
    const dataDir = await makeDataDir();
    const before = await open(dataDir);
    const made = await createCluster(before.api, 'swapped', 1);
    await succeed(before.api, made.operation.id);
    for (const step of undo.splice(0)) await step();

    const [server = ''] = await servers(dataDir);
    await writeFile(join(dataDir, 'servers', server, 'host_key'), createHostKey().privateKey.reveal());
    const { api } = await open(dataDir);
    const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
    const failed = (await follow(api, restartCluster.operation.id)).at(-1)?.operation;
    expect(failed).toMatchObject({ status: 'FAILED', error: { code: 'HOST_KEY_CHANGED' } });
    expect(failed?.error?.message).toMatch(/host key/i);
    expect((await cluster(api, made.cluster.id)).status).toBe('DEGRADED');
    await deleteCluster(api, made.cluster.id);
  });
});

describe('cancelOperation', () => {
  it('stops a create before its next step, says what is done, and a retry goes on', async () => {
    const { api } = await open(await makeDataDir());
    const made = await createCluster(api, 'cancelled', 2);
    await stepDone(api, made.operation.id, 'make keys');
    await api.get(CancelOperationDocument, { id: made.operation.id });
    const ended = (await follow(api, made.operation.id)).at(-1)?.operation;
    expect(ended).toMatchObject({ status: 'CANCELLED', error: null });
    expect(ended?.message).toMatch(/make keys/);
    expect((await cluster(api, made.cluster.id)).status).toBe('ERROR');
    await api.get(RetryOperationDocument, { id: made.operation.id });
    await succeed(api, made.operation.id);
    expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
  });
});
