import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus, InstanceRole, ServerStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { setCluster, setInstance } from '../../src/clusters/states.js';
import { clusterTopic } from '../../src/events/event.js';
import type { Judgement } from '../../src/health/judge.js';
import { recordJudgements } from '../../src/health/record.js';
import { watchedClusters, type WatchedCluster } from '../../src/health/watched.js';
import { Duty } from '../../src/operations/duty.js';
import { useDatabase } from '../support/database.js';
import { inOrder, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);

const well: Judgement = {
  serverStatus: ServerStatus.ACTIVE,
  trouble: '',
  datastoreUp: true,
  datastoreVersion: '17.5',
};
const down: Judgement = { ...well, trouble: 'postgres is down: no', datastoreUp: false };

/** A cluster of two, made and running, as rows. */
async function running(more: Partial<Cluster> = {}) {
  const { cluster, instances } = await makeCluster(database.db, 2, more);
  await database.db.transaction(async (tx) => {
    for (const { id } of instances) await setInstance(tx, id, { ...well, server: id });
  });
  return { id: cluster.id, instances };
}

async function watched(id: string): Promise<WatchedCluster> {
  const [cluster] = await watchedClusters(database.db.manager, id);
  if (cluster === undefined) throw new Error('it is not watched');
  return cluster;
}

const record = (cluster: WatchedCluster, ...judgements: readonly Judgement[]) =>
  recordJudgements(
    database.db,
    cluster,
    new Map(cluster.instances.map(({ id }, i) => [id, judgements[i] ?? well] as const)),
  );

const row = (id: string) => database.db.manager.findOneByOrFail(Cluster, { id });
const events = async (id: string): Promise<number> => {
  const rows = await database.db.query<unknown[]>('SELECT 1 FROM event WHERE topic = $1', [clusterTopic(id)]);
  return rows.length;
};

describe('what a look found', () => {
  it('is written where it is news, and nothing is where it is none', async () => {
    const { id, instances } = await running();
    const before = await events(id);
    expect(await record(await watched(id), well, well)).toBe(false);
    expect(await events(id)).toBe(before);
    expect(await record(await watched(id), well, down)).toBe(true);
    expect(await row(id)).toMatchObject({
      status: 'DEGRADED',
      message: expect.stringContaining('(replica): postgres is'),
    });
    // One of the instance, one of the cluster.
    expect(await events(id)).toBe(before + 2);
    expect(await record(await watched(id), well, down)).toBe(false);
    expect(await events(id)).toBe(before + 2);
    await record(await watched(id), well, well);
    expect(await row(id)).toMatchObject({ status: 'ACTIVE', message: '', settled: null });
    const [first] = instances;
    expect(await database.db.manager.findOneByOrFail(Instance, { id: first?.id ?? '' })).toMatchObject({
      role: InstanceRole.PRIMARY,
      trouble: '',
    });
  });

  it('is not written when an operation has begun since, nor when one has come and gone', async () => {
    const { id } = await running();
    const engine = engineOf(inOrder({ a: () => '' }));
    const seen = await watched(id);
    const { id: operationId } = await engine.create(id);
    expect(await watchedClusters(database.db.manager, id)).toEqual([]);
    expect(await record(seen, down, down)).toBe(false);
    await engine.worker().wake(operationId);
    await engine.ended(operationId);
    expect(await record(seen, down, down)).toBe(false);
    expect(await row(id)).toMatchObject({ status: 'ACTIVE' });
    expect(await record(await watched(id), down, down)).toBe(true);
    expect(await row(id)).toMatchObject({ status: 'ERROR' });
  });

  it('mends nothing that an operation broke', async () => {
    const failed = { status: ClusterStatus.ERROR, message: 'create failed' };
    const { id, instances } = await running(failed);
    await record(await watched(id), well, { ...well, serverStatus: ServerStatus.SHUTOFF, trouble: 'stopped' });
    expect(await row(id)).toMatchObject(failed);
    const stopped = await database.db.manager.findOneByOrFail(Instance, { id: instances[1]?.id ?? '' });
    expect(stopped.serverStatus).toBe('SHUTOFF');
    await record(await watched(id), well, well);
    expect(await row(id)).toMatchObject(failed);

    const half = { status: ClusterStatus.DEGRADED, message: 'addNode failed' };
    const other = await running(half);
    await record(await watched(other.id), down, well);
    expect(await row(other.id)).toMatchObject({ status: 'ERROR', message: expect.stringMatching(/; addNode failed$/) });
    await record(await watched(other.id), well, well);
    expect(await row(other.id)).toMatchObject(half);
  });

  it('is forgotten by what an operation writes', async () => {
    const { id } = await running();
    await record(await watched(id), down, well);
    await database.db.transaction((tx) => setCluster(tx, id, { status: ClusterStatus.UPDATING, message: '' }));
    expect(await row(id)).toMatchObject({ status: 'UPDATING', message: '', settled: null, settledMessage: null });
  });
});

describe('a duty', () => {
  it('is of one process at a time, is renewed, given back, and lost by one that is silent', async () => {
    const duty = (owner: string, heldMs = 60_000) => new Duty(database.db, 'a test', owner, heldMs);
    const race = await Promise.all(['a', 'b', 'c'].map((owner) => duty(owner).hold()));
    expect(race.filter(Boolean)).toHaveLength(1);
    const holder = ['a', 'b', 'c'][race.indexOf(true)] ?? '';
    const other = holder === 'a' ? 'b' : 'a';
    expect(await duty(holder).hold()).toBe(true);
    await duty(other).release();
    expect(await duty(other).hold()).toBe(false);
    await duty(holder).release();
    expect(await duty(other, 50).hold()).toBe(true);
    await until('it to be lost', () => duty(holder).hold());
    expect(await duty(other).hold()).toBe(false);
  });
});
