import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  AddNodeDocument,
  ClusterOperationsDocument,
  ClustersDocument,
  ClusterStatusDocument,
  CreateClusterDocument,
  DatastoresDocument,
  DeleteClusterDocument,
  InstanceDocument,
  OperationDocument,
  ServerStatusDocument,
  type ServerStatusSubscription,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, follow, postgres17, succeed, type Created } from '../support/clusters.js';
import { alive, cleanUp, ControlPlane, makeDataDir, postmasters } from '../support/control-plane.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let made: Created;

beforeAll(async () => {
  dataDir = await makeDataDir();
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
  made = await createCluster(api, 'orders', 3);
});

afterAll(cleanUp);

async function query(port: number, text: string, password = made.credentials.password): Promise<unknown[]> {
  const ssl = { ca: undefined, rejectUnauthorized: false };
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: made.credentials.username,
    password,
    database: 'postgres',
    ssl,
  });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

describe('from a mutation to a running cluster', () => {
  it('answers at once, with a spawning cluster, its instances and the password', () => {
    expect(made.cluster).toMatchObject({
      name: 'orders',
      size: 3,
      status: 'SPAWNING',
      provider: 'local',
      datastore: { name: 'postgres - 17' },
    });
    expect(made.cluster.instances.map(({ name, role }) => [name, role])).toEqual([
      ['orders-1', 'PRIMARY'],
      ['orders-2', 'REPLICA'],
      ['orders-3', 'REPLICA'],
    ]);
    expect(made.operation).toMatchObject({ kind: 'cluster.create', error: null });
    expect(made.credentials.password.length).toBeGreaterThanOrEqual(24);
  });

  it('tells every step live, in order, and completes when the operation has ended', async () => {
    const events = await follow(api, made.operation.id);
    expect(events.at(-1)?.operation).toMatchObject({ status: 'SUCCEEDED', progress: 100, message: '', error: null });
    const progress = events.map(({ operation }) => operation.progress);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    const { operation } = await api.get(OperationDocument, { id: made.operation.id });
    for (const step of operation?.steps ?? []) {
      const seen = events.filter((event) => event.step?.id === step.id).map((event) => event.step?.status);
      expect([step.name, seen]).toEqual([step.name, ['RUNNING', 'DONE']]);
    }
    expect(operation?.steps.every(({ status, attempts }) => status === 'DONE' && attempts === 1)).toBe(true);
  });

  it('replays the same to whoever comes later', async () => {
    expect(await follow(api, made.operation.id)).toEqual(await follow(api, made.operation.id));
  });

  it('has one primary that takes writes, and replicas that stream them, over TLS alone', async () => {
    const { status, endpoints } = await cluster(api, made.cluster.id);
    expect(status).toBe('ACTIVE');
    expect(endpoints.map(({ role }) => role)).toEqual(['PRIMARY', 'REPLICA', 'REPLICA']);
    const [primary = 0, ...replicas] = endpoints.map(({ port }) => port);
    await query(primary, 'CREATE TABLE way (id int)');
    const streaming = "SELECT count(*)::int AS n FROM pg_stat_get_wal_senders() WHERE state = 'streaming'";
    expect(await query(primary, streaming)).toEqual([{ n: 2 }]);
    for (const port of replicas) {
      expect(await query(port, 'SELECT pg_is_in_recovery() AS standby')).toEqual([{ standby: true }]);
      await expect(query(port, 'CREATE TABLE no (id int)')).rejects.toThrow(/read-only/);
    }
    await expect(query(primary, 'SELECT 1', 'wrong')).rejects.toThrow(/password authentication failed/);
    const plain = new pg.Client({
      host: '127.0.0.1',
      port: primary,
      user: 'admin',
      password: made.credentials.password,
      database: 'postgres',
    });
    await expect(plain.connect()).rejects.toThrow(/no encryption/);
  });

  it('shows how each server is reached, with the pinned host key', async () => {
    for (const { id, name } of made.cluster.instances) {
      const { instance } = await api.get(InstanceDocument, { id });
      expect(instance).toMatchObject({
        name,
        cluster: { id: made.cluster.id },
        connectionInfo: { host: '127.0.0.1', user: 'dtrove' },
      });
      expect(instance?.connectionInfo?.publicKey).toMatch(/^ssh-ed25519 /);
      expect(instance?.connectionInfo?.hostKeyFingerprint).toMatch(/^SHA256:/);
    }
  });

  it('shows no secret in any answer but that of the mutation, nor in its log', async () => {
    const { operation } = await api.get(OperationDocument, { id: made.operation.id });
    const seen = JSON.stringify([operation, await cluster(api, made.cluster.id)]) + plane.log();
    expect(seen).not.toContain(made.credentials.password);
    expect(seen).not.toMatch(/PRIVATE KEY|SCRAM-SHA-256\$/);
  });

  it('begins a subscription to the servers with their present state', async () => {
    const states: ServerStatusSubscription['serverStatus'][] = [];
    for await (const { serverStatus } of api.watch(ServerStatusDocument, { clusterId: made.cluster.id })) {
      states.push(serverStatus);
      if (states.length === 3) break;
    }
    expect(states.map(({ name, serverStatus, progress }) => [name, serverStatus, progress])).toEqual([
      ['orders-1', 'ACTIVE', 100],
      ['orders-2', 'ACTIVE', 100],
      ['orders-3', 'ACTIVE', 100],
    ]);
  });
});

describe('idempotency', () => {
  it('gives the same cluster, operation and credentials for the same key and input, and CONFLICT for another input', async () => {
    const input = { name: 'once', datastoreId: await postgres17(api), idempotencyKey: 'key-1' };
    const answers = await Promise.all(Array.from({ length: 5 }, () => api.get(CreateClusterDocument, { input })));
    const same = answers.map(({ createCluster: { cluster: c, operation, credentials } }) => [
      c.id,
      operation.id,
      credentials,
    ]);
    expect(new Set(same.map((entry) => JSON.stringify(entry))).size).toBe(1);
    const refused = await api.refused(CreateClusterDocument, { input: { ...input, size: 2 } });
    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', field: 'idempotencyKey' });
    await succeed(api, answers[0]?.createCluster.operation.id ?? '');
    const { deleteCluster } = await api.get(DeleteClusterDocument, { id: answers[0]?.createCluster.cluster.id ?? '' });
    await succeed(api, deleteCluster.operation.id);
  });
});

describe('a running cluster', () => {
  it('takes another node, which streams as well; meanwhile a second operation is a CONFLICT with the id of the first', async () => {
    const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.cluster.id } });
    expect(addNode.cluster).toMatchObject({ size: 4, status: 'UPDATING' });
    const refused = await api.refused(DeleteClusterDocument, { id: made.cluster.id });
    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', operationId: addNode.operation.id });
    await succeed(api, addNode.operation.id);
    const { status, instances, endpoints } = await cluster(api, made.cluster.id);
    expect([status, instances.length]).toEqual(['ACTIVE', 4]);
    expect(await query(endpoints[0]?.port ?? 0, 'SELECT count(*)::int AS n FROM pg_stat_get_wal_senders()')).toEqual([
      { n: 3 },
    ]);
    expect(await query(endpoints[3]?.port ?? 0, "SELECT to_regclass('way') IS NOT NULL AS there")).toEqual([
      { there: true },
    ]);
  });

  it('outlives a clean stop of the control plane, which finds it again', async () => {
    const before = await postmasters(join(dataDir, 'servers'));
    expect(await plane.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(before.filter((pid) => !alive(pid))).toEqual([]);
    expect(await postmasters(join(dataDir, 'postgresql'))).toEqual([]);
    await api.close();
    plane = await ControlPlane.start(dataDir);
    api = await plane.api();
    const { status, endpoints } = await cluster(api, made.cluster.id);
    expect(status).toBe('ACTIVE');
    expect(await query(endpoints[0]?.port ?? 0, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.cluster.id, count: 1 } });
    await succeed(api, addNode.operation.id);
  });

  it('lists its operations newest first, a page at a time', async () => {
    const first = await api.get(ClusterOperationsDocument, { id: made.cluster.id, first: 2 });
    const page = first.cluster?.operations;
    expect(page?.edges.map(({ node }) => node.kind)).toEqual(['cluster.addNode', 'cluster.addNode']);
    expect(page?.pageInfo.hasNextPage).toBe(true);
    const next = await api.get(ClusterOperationsDocument, {
      id: made.cluster.id,
      first: 2,
      after: page?.pageInfo.endCursor ?? null,
    });
    expect(next.cluster?.operations.edges.map(({ node }) => node.kind)).toEqual(['cluster.create']);
    expect(next.cluster?.operations.pageInfo.hasNextPage).toBe(false);
  });

  it('is deleted with everything that it had; its subscriptions tell it and complete', async () => {
    const pids = await postmasters(join(dataDir, 'servers'));
    const statuses: string[] = [];
    const watching = (async () => {
      for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: made.cluster.id }))
        statuses.push(clusterStatus.status);
    })();
    const { deleteCluster } = await api.get(DeleteClusterDocument, { id: made.cluster.id });
    await succeed(api, deleteCluster.operation.id);
    await watching;
    expect(statuses.at(-1)).toBe('DELETED');
    expect(pids.filter(alive)).toEqual([]);
    expect((await readdir(join(dataDir, 'servers'))).filter((name) => !name.startsWith('.'))).toEqual([]);
    const { clusters } = await api.get(ClustersDocument, {});
    expect(clusters).toMatchObject({ totalCount: 0, edges: [] });
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'DELETED', instances: [], endpoints: [] });
    const again = await createCluster(api, 'orders', 1);
    await succeed(api, again.operation.id);
  });
});

describe('what the control plane keeps', () => {
  it('gives the token and the master key to their owner alone', async () => {
    for (const file of ['admin-token', 'master-key'])
      expect((await stat(join(dataDir, file))).mode & 0o777).toBe(0o600);
  });

  it('offers the datastores that were registered, each once', async () => {
    await postgres17(api);
    expect((await api.get(DatastoresDocument, {})).datastores.map(({ name }) => name)).toEqual(['postgres - 17']);
  });
});
