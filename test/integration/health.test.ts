import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ClusterStatusDocument,
  HealthDocument,
  PerformDocument,
  RestartClusterDocument,
  ServerStatusDocument,
  type ClusterStatusSubscription,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';

let plane: ControlPlane;
let api: Api;
let made: Created;
const seen: ClusterStatusSubscription['clusterStatus'][] = [];

beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir(), { DTROVE_HEALTH_SECONDS: '1' });
  api = await plane.api();
  made = await createCluster(api, 'watched', 2);
  await succeed(api, made.operation.id);
  void (async () => {
    for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: made.cluster.id }))
      seen.push(clusterStatus);
  })().catch(() => undefined);
}, 120_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
});

const perform = async (number: number, command: string): Promise<void> => {
  const { instances } = await cluster(api, made.cluster.id);
  const input = { instanceId: instances[number]?.id ?? '', name: 'a fault', commands: [command] };
  const { perform: begun } = await api.get(PerformDocument, { input });
  await succeed(api, begun.operation.id);
};
const kill = (number: number) => perform(number, 'kill -QUIT "$(head -n 1 postgresql/data/postmaster.pid)"');
const start = (number: number) => perform(number, 'pg_ctl -D postgresql/conf -l postgresql/postgresql.log -w start');
const becomes = (status: string) =>
  until(
    `the cluster to be ${status}`,
    async () => {
      const now = await cluster(api, made.cluster.id);
      return now.status === status ? now : null;
    },
    30_000,
  );
const datastoreOf = async (name: string) =>
  (await api.get(HealthDocument, { id: made.cluster.id })).cluster?.instances.find((one) => one.name === name);

describe('health', () => {
  it('shows a replica whose database is down, and that it is back', async () => {
    await kill(1);
    const degraded = await becomes('DEGRADED');
    expect(degraded.message).toMatch(/^watched-2 \(replica\): postgres is down: ./);
    expect(degraded.instances[1]).toMatchObject({
      serverStatus: 'ACTIVE',
      message: expect.stringMatching(/^postgres is down: ./),
    });
    expect(await datastoreOf('watched-2')).toMatchObject({ datastoreUp: false });
    await start(1);
    const back = await becomes('ACTIVE');
    expect(back.message).toBe('');
    expect(back.instances[1]).toMatchObject({ message: '' });
    expect(await datastoreOf('watched-2')).toMatchObject({
      datastoreUp: true,
      datastoreVersion: expect.stringMatching(/^17/),
    });
  });

  it('shows a primary whose database is down; restartCluster mends it', async () => {
    await kill(0);
    const error = await becomes('ERROR');
    expect(error.message).toMatch(/watched-1 \(primary\): postgres is down: ./);
    const { restartCluster: begun } = await api.get(RestartClusterDocument, { id: made.cluster.id });
    await succeed(api, begun.operation.id);
    expect(await becomes('ACTIVE')).toMatchObject({ message: '' });
  });

  it('told each change to whoever follows, and is silent while nothing changes', async () => {
    const statuses = seen.map(({ status }) => status).filter((status, i, all) => status !== all[i - 1]);
    expect(statuses).toEqual(['ACTIVE', 'DEGRADED', 'ACTIVE', 'ERROR', 'UPDATING', 'ACTIVE']);
    const instances: unknown[] = [];
    const watching = api.watch(ServerStatusDocument, { clusterId: made.cluster.id });
    instances.push(await watching.next(), await watching.next());
    const rounds = await plane.metric('dtrove_health_round_seconds_count');
    const before = seen.length;
    const next = watching.next();
    await until(
      'three more rounds',
      async () => (await plane.metric('dtrove_health_round_seconds_count')) >= rounds + 3,
    );
    expect(await Promise.race([next, Promise.resolve('silence')])).toBe('silence');
    expect(seen).toHaveLength(before);
    expect(await plane.metric('dtrove_health_instances')).toBe(2);
    await until('nothing to be unhealthy', async () => (await plane.metric('dtrove_health_unhealthy')) === 0);
  });

  it('is no alarm about a restart that DTrove does', async () => {
    const from = seen.length;
    const { restartCluster: begun } = await api.get(RestartClusterDocument, { id: made.cluster.id });
    await succeed(api, begun.operation.id);
    const rounds = await plane.metric('dtrove_health_round_seconds_count');
    await until('two more rounds', async () => (await plane.metric('dtrove_health_round_seconds_count')) >= rounds + 2);
    expect(seen.slice(from).map(({ status, message }) => `${status}${message}`)).toEqual(['UPDATING', 'ACTIVE']);
  });
});
