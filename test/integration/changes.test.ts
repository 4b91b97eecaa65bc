import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  FlavorsDocument,
  OperationDocument,
  ProvidersDocument,
  RemoveNodeDocument,
  RestartClusterDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, postgres17, succeed, type Created } from '../support/clusters.js';
import { ControlPlane, makeDataDir, wipe } from '../support/control-plane.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;

beforeAll(async () => {
  dataDir = await makeDataDir();
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
  made = await createCluster(api, 'changes', 3);
  await succeed(api, made.operation.id);
});

afterAll(async () => {
  await api.close();
  await plane.stop();
  await wipe(dataDir);
});

async function ask<T extends pg.QueryResultRow>(port: number, text: string): Promise<T[]> {
  const { username: user, password } = made.credentials;
  const options = { host: '127.0.0.1', port, user, password, database: 'postgres' };
  const client = new pg.Client({ ...options, ssl: { rejectUnauthorized: false } });
  await client.connect();
  try {
    return (await client.query<T>(text)).rows;
  } finally {
    await client.end();
  }
}

const ports = async (): Promise<number[]> => (await cluster(api, made.cluster.id)).endpoints.map(({ port }) => port);
const startedAt = async (port: number): Promise<number> =>
  (await ask<{ at: Date }>(port, 'SELECT pg_postmaster_start_time() AS at'))[0]?.at.getTime() ?? 0;

describe('restartCluster', () => {
  it('restarts every node, one at a time, the replicas before the primary, and all stream again', async () => {
    const before = await Promise.all((await ports()).map(startedAt));
    const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
    expect(restartCluster.cluster.status).toBe('UPDATING');
    await succeed(api, restartCluster.operation.id);
    const [primary = 0, ...replicas] = await Promise.all((await ports()).map(startedAt));
    expect([primary, ...replicas].every((at, i) => at > (before[i] ?? Infinity))).toBe(true);
    expect(Math.max(...replicas)).toBeLessThan(primary);
    expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
    const { operation } = await api.get(OperationDocument, { id: restartCluster.operation.id });
    expect(operation).toMatchObject({ kind: 'cluster.restart' });
    expect(operation?.steps.map(({ message }) => message)).toEqual(['applied', 'applied', 'applied']);
  });
});

describe('removeNode', () => {
  it('refuses the primary and what is not there, and changes nothing', async () => {
    const [primary] = made.cluster.instances;
    const input = { clusterId: made.cluster.id, instanceId: primary?.id ?? '' };
    const refused = await api.refused(RemoveNodeDocument, { input });
    expect(refused.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'instanceId' });
    const unknown = await api.refused(RemoveNodeDocument, { input: { ...input, instanceId: made.cluster.id } });
    expect(unknown.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'instanceId' });
    expect(await cluster(api, made.cluster.id)).toMatchObject({ size: 3, status: 'ACTIVE' });
  });

  it('takes the named replica out while the primary is written to, and leaves nothing of it', async () => {
    const [port = 0] = await ports();
    await ask(port, 'CREATE TABLE writes (id serial)');
    const leaving = made.cluster.instances[1];
    const input = { clusterId: made.cluster.id, instanceId: leaving?.id ?? '', idempotencyKey: 'remove-1' };
    const { removeNode } = await api.get(RemoveNodeDocument, { input });
    expect(removeNode.cluster).toMatchObject({ size: 2, status: 'UPDATING' });
    const removal = { over: false };
    let writes = 0;
    const ended = succeed(api, removeNode.operation.id).finally(() => (removal.over = true));
    while (!removal.over) writes += (await ask(port, 'INSERT INTO writes DEFAULT VALUES RETURNING id')).length;
    await ended;
    expect(await ask(port, 'SELECT count(*)::int AS n FROM writes')).toEqual([{ n: writes }]);
    expect(await ask(port, 'SELECT count(*)::int AS n FROM pg_replication_slots')).toEqual([{ n: 1 }]);
    const found = await cluster(api, made.cluster.id);
    expect([found.status, found.instances.map(({ name }) => name)]).toEqual(['ACTIVE', ['changes-1', 'changes-3']]);
    expect(await readdir(join(dataDir, 'servers'))).not.toContain(leaving?.id);
    const again = await api.get(RemoveNodeDocument, { input });
    expect(again.removeNode.operation.id).toBe(removeNode.operation.id);
  });

  it('takes the newest replica unless one is named, and then only the primary is left, which stays', async () => {
    const input = { clusterId: made.cluster.id };
    const { removeNode } = await api.get(RemoveNodeDocument, { input });
    await succeed(api, removeNode.operation.id);
    expect((await cluster(api, made.cluster.id)).instances.map(({ role }) => role)).toEqual(['PRIMARY']);
    expect((await api.refused(RemoveNodeDocument, { input })).extensions).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('what is offered', () => {
  it('lists the providers and their flavors', async () => {
    const { providers } = await api.get(ProvidersDocument, {});
    expect(providers).toEqual([
      { id: 'local', isDefault: true, supportsVolumes: false, supportsSnapshots: false, defaultFlavor: 'small' },
    ]);
    const { flavors } = await api.get(FlavorsDocument, { provider: 'local', datastoreId: await postgres17(api) });
    expect(flavors.map(({ name }) => name)).toContain('small');
    expect((await api.refused(FlavorsDocument, { provider: 'nowhere' })).extensions).toMatchObject({
      field: 'provider',
    });
  });
});
