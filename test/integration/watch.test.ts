import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus, ServerStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { Operation } from '../../schema/operation.js';
import { OperationEvent } from '../../schema/payloads.js';
import { setCluster, setInstance } from '../../src/clusters/states.js';
import { watchCluster, watchInstances, watchOperation } from '../../src/clusters/watch.js';
import { drain, take, useBus } from '../support/bus.js';
import { useDatabase } from '../support/database.js';
import { failing, inOrder, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { gate } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);
const startBus = useBus(database);
const never = (): void => {
  throw new Error('nothing was to overflow');
};
const watching = async () => ({ db: database.db, bus: await startBus() });

const shown = ({ operation, step }: OperationEvent): string =>
  `${operation.status}${step === null ? '' : ` ${step.name} ${step.status}`}`;

async function remove(id: string): Promise<void> {
  await database.db.transaction(async (tx) => {
    await setCluster(tx, id, { status: ClusterStatus.DELETING, message: '' });
    await setCluster(tx, id, { status: ClusterStatus.DELETED, message: '', deletedAt: new Date() });
  });
}

describe('who watches an operation', () => {
  it('sees every step of it from the first, live, and is done with its end', async () => {
    const { reached, open } = gate();
    const engine = engineOf(inOrder({ a: () => reached, b: () => '' }));
    const { id } = await engine.create();
    const events = await watchOperation(await watching(), id, never);
    const [first] = await take(events, 1);
    await engine.worker().wake(id);
    open();
    const rest = await drain(events);

    expect(first === undefined ? '' : shown(first)).toBe('QUEUED');
    expect(rest.map(shown)).toEqual([
      'RUNNING a RUNNING',
      'RUNNING a DONE',
      'RUNNING b RUNNING',
      'RUNNING b DONE',
      'SUCCEEDED',
    ]);
    expect(rest.map(({ operation }) => operation.progress)).toEqual([0, 50, 50, 100, 100]);
  });

  it('is given real objects: dates are dates, and who holds the lease is not told', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.run();
    const last = (await drain(await watchOperation(await watching(), id, never))).at(-2);

    expect(last).toBeInstanceOf(OperationEvent);
    expect(last?.operation).toBeInstanceOf(Operation);
    expect(last?.operation.startedAt).toBeInstanceOf(Date);
    expect(last?.step?.finishedAt).toBeInstanceOf(Date);
    expect(last?.operation).not.toHaveProperty('leaseOwner');
  });

  it.each(['as it was made', 'in capitals'])('that has ended gets it all at once, by its id %s', async (how) => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.run();
    const events = await watchOperation(await watching(), how === 'in capitals' ? id.toUpperCase() : id, never);
    expect((await drain(events)).map(shown)).toEqual(['QUEUED', 'RUNNING a RUNNING', 'RUNNING a DONE', 'SUCCEEDED']);
  });

  it('that failed and is retried goes on past the failure to the end that stands', async () => {
    let broken = true;
    const { reached, open } = gate();
    const a = async (): Promise<void> => {
      if (broken) throw new Error('broken');
      await reached;
    };
    const engine = engineOf(inOrder({ a }));
    const { id } = await engine.run();
    const where = await watching();
    const failed = await drain(await watchOperation(where, id, never));
    broken = false;
    await engine.operations.retry(id);
    const events = await watchOperation(where, id, never);
    await engine.worker().wake(id);
    open();

    expect(failed.map(shown)).toEqual(['QUEUED', 'RUNNING a RUNNING', 'RUNNING a FAILED', 'FAILED']);
    expect((await drain(events)).map(shown)).toEqual([
      ...failed.map(shown),
      'QUEUED',
      'RUNNING a RUNNING',
      'RUNNING a DONE',
      'SUCCEEDED',
    ]);
    expect((await drain(await watchOperation(where, id, never))).map(shown).at(-1)).toBe('SUCCEEDED');
  });

  it('is done with it also when it ends in the very moment', async () => {
    const where = await watching();
    const engine = engineOf(inOrder({ a: failing(new Error('broken')) }));
    const worker = engine.worker({ concurrency: 100 });
    for (let round = 0; round < 20; round += 1) {
      const { id } = await engine.create();
      await worker.wake(id);
      const streams = await Promise.all(Array.from({ length: 8 }, () => watchOperation(where, id, never)));
      const ends = await Promise.all(streams.map(async (stream) => (await drain(stream)).map(shown).at(-1)));
      expect(ends).toEqual(Array(8).fill('FAILED'));
    }
    expect(await where.bus.subscribers()).toBe(0);
  });

  it.each(['nonsense', '0193f000-0000-7000-8000-000000000001'])('that is none is told so: %s', async (id) => {
    await expect(watchOperation(await watching(), id, never)).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'id' });
  });
});

describe('who watches a cluster', () => {
  it('begins with how it is, sees each change, and is done when it is deleted', async () => {
    const { cluster } = await makeCluster(database.db);
    const where = await watching();
    const events = await watchCluster(where, cluster.id.toUpperCase(), never);
    await database.db.transaction((tx) =>
      setCluster(tx, cluster.id, { status: ClusterStatus.DEGRADED, message: 'a node is away' }),
    );
    await remove(cluster.id);
    const seen = await drain(events);

    expect(seen.map(({ status }) => status)).toEqual(['ACTIVE', 'DEGRADED', 'DELETING', 'DELETED']);
    expect(seen[1]).toBeInstanceOf(Cluster);
    expect(seen[1]?.createdAt).toBeInstanceOf(Date);
    expect(await where.bus.subscribers()).toBe(0);
  });

  it('that is deleted sees that, and no more', async () => {
    const { cluster } = await makeCluster(database.db);
    await remove(cluster.id);
    const where = await watching();
    const seen = await drain(await watchCluster(where, cluster.id, never));
    expect(seen.map(({ status }) => status)).toEqual(['DELETED']);
    expect(await where.bus.subscribers()).toBe(0);
  });

  it('misses and repeats nothing that happens while it begins', async () => {
    const where = await watching();
    for (let round = 0; round < 20; round += 1) {
      const {
        cluster,
        instances: [instance],
      } = await makeCluster(database.db);
      const changing = (async () => {
        for (let progress = 1; progress <= 5; progress += 1)
          await database.db.transaction((tx) => setInstance(tx, instance?.id ?? '', { progress }));
      })();
      const events = await watchInstances(where, cluster.id, never);
      const [begun] = await take(events, 1);
      const from = begun?.progress ?? 0;
      const rest = await take(events, 5 - from);
      await changing;
      await events.return?.();
      expect(rest.map(({ progress }) => progress)).toEqual([1, 2, 3, 4, 5].slice(from));
    }
  });
});

describe('who watches the instances of a cluster', () => {
  it('begins with all of them, sees each change, and is done when the cluster is deleted', async () => {
    const { cluster, instances } = await makeCluster(database.db, 2);
    const where = await watching();
    const events = await watchInstances(where, cluster.id.toUpperCase(), never);
    await database.db.transaction((tx) =>
      setInstance(tx, instances[1]?.id ?? '', { serverStatus: ServerStatus.ACTIVE, progress: 100 }),
    );
    await remove(cluster.id);
    const seen = await drain(events);

    expect(seen.map(({ name, serverStatus }) => `${name} ${serverStatus}`)).toEqual([
      `${cluster.name}-1 PENDING`,
      `${cluster.name}-2 PENDING`,
      `${cluster.name}-2 ACTIVE`,
    ]);
    expect(seen[2]).toBeInstanceOf(Instance);
    expect(await where.bus.subscribers()).toBe(0);
  });

  it('sees nothing twice: what is written of an instance and shows nowhere is no change', async () => {
    const { cluster, instances } = await makeCluster(database.db);
    const id = instances[0]?.id ?? '';
    const events = await watchInstances(await watching(), cluster.id, never);
    await database.db.transaction(async (tx) => {
      await setInstance(tx, id, { progress: 20, message: 'connect' });
      await setInstance(tx, id, { hostKey: 'a key' });
      await setInstance(tx, id, { progress: 20, message: 'connect' });
      await setInstance(tx, id, { progress: 40, message: '' });
      await setInstance(tx, id, { progress: 20, message: 'connect' });
    });
    await remove(cluster.id);

    const seen = await drain(events);
    expect(seen.map(({ progress, message }) => `${progress} ${message}`)).toEqual([
      '0 ',
      '20 connect',
      '40 ',
      '20 connect',
    ]);
  });

  it('leaves at once, and is forgotten', async () => {
    const { cluster } = await makeCluster(database.db);
    const where = await watching();
    const events = await watchInstances(where, cluster.id, never);
    await take(events, 1);
    const waiting = events.next();
    await events.return?.();

    expect((await waiting).done).toBe(true);
    expect(await where.bus.subscribers()).toBe(0);
  });

  it.each(['nonsense', '0193f000-0000-7000-8000-000000000001'])('of none is told so: %s', async (id) => {
    await expect(watchInstances(await watching(), id, never)).rejects.toMatchObject({
      code: 'NOT_FOUND',
      field: 'clusterId',
    });
  });
});
