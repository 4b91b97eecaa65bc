import { describe, expect, it } from '@jest/globals';
import { Cluster } from '../../schema/cluster.js';
import { AddNodeInput } from '../../schema/inputs.js';
import { ClusterStatus } from '../../schema/enums.js';
import { addNodes, deleteCluster } from '../../src/clusters/change-cluster.js';
import type { Platform } from '../../src/clusters/platform.js';
import { setCluster } from '../../src/clusters/states.js';
import type { DomainError } from '../../src/errors.js';
import { useDatabase } from '../support/database.js';
import { failing, inOrder, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { barrier, gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);

/** The ids that the losers of a race were told, and how many won. */
async function race(calls: readonly Promise<unknown>[]): Promise<{ won: number; told: unknown[] }> {
  const ends = await Promise.allSettled(calls);
  const told = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason as DomainError] : []));
  for (const error of told) if (error.code !== 'CONFLICT') throw error;
  return { won: ends.length - told.length, told: told.map(({ operationId }) => operationId) };
}

const openOperation = async (clusterId: string): Promise<string | undefined> => {
  const [row] = await database.db.query<{ id: string }[]>(
    `SELECT id FROM operation WHERE cluster_id = $1 AND status = 'QUEUED'`,
    [clusterId],
  );
  return row?.id;
};

describe('a cluster', () => {
  it('has one open operation under ten racing ones: the others are told its id', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    for (let round = 0; round < 5; round += 1) {
      const { cluster } = await makeCluster(database.db);
      const { won, told } = await race(Array.from({ length: 10 }, () => engine.create(cluster.id)));
      const id = await openOperation(cluster.id);
      expect({ won, told }).toEqual({ won: 1, told: Array(9).fill(id) });
    }
  });

  it('has one open operation under racing mutations of different kinds', async () => {
    const { cluster } = await makeCluster(database.db);
    const engine = engineOf({ ...inOrder({ a: () => '' }), kind: 'cluster.addNode' });
    const deleting = engineOf({ ...inOrder({ a: () => '' }), kind: 'cluster.delete' }).operations;
    const wish = Object.assign(new AddNodeInput(), { clusterId: cluster.id, count: 1 });
    const platform = { db: database.db, maxClusterSize: 100, sshUser: 'dtrove' } as Platform;
    const { won, told } = await race(
      Array.from({ length: 10 }, (_, i) =>
        i % 2 === 0 ? addNodes(platform, engine.operations, wish) : deleteCluster(platform, deleting, cluster.id),
      ),
    );
    expect({ won, told }).toEqual({ won: 1, told: Array(9).fill(await openOperation(cluster.id)) });
  });

  it('is deleted by its id in capitals, and the operation bears it as it is', async () => {
    const { cluster } = await makeCluster(database.db);
    const { operations } = engineOf({ ...inOrder({ a: () => '' }), kind: 'cluster.delete' });
    const platform = { db: database.db } as Platform;
    const { operation } = await deleteCluster(platform, operations, cluster.id.toUpperCase());
    expect(operation).toMatchObject({ clusterId: cluster.id, input: { id: cluster.id } });
  });

  it('is free again when its operation has ended', async () => {
    const { cluster } = await makeCluster(database.db);
    const engine = engineOf(inOrder({ a: () => '' }));
    for (let round = 0; round < 3; round += 1) {
      const { id } = await engine.create(cluster.id);
      await engine.worker().wake(id);
      await engine.ended(id);
    }
    expect(await openOperation(cluster.id)).toBeUndefined();
  });

  it('that is deleted while an older operation is retried does one of both, and never locks itself up', async () => {
    const retried =
      (clusterId: string) =>
      async (tx: Parameters<typeof setCluster>[0]): Promise<void> => {
        await setCluster(tx, clusterId, { status: ClusterStatus.UPDATING, message: '' });
      };
    for (let round = 0; round < 10; round += 1) {
      const { cluster } = await makeCluster(database.db);
      const engine = engineOf(inOrder({ a: failing(new Error('broken')) }, { retried: retried(cluster.id) }));
      const { id } = await engine.create(cluster.id);
      await engine.worker().wake(id);
      await engine.ended(id);
      const remove = database.db.transaction(async (tx) => {
        await tx.findOneOrFail(Cluster, { where: { id: cluster.id }, lock: { mode: 'pessimistic_write' } });
        return engine.operations.create(tx, { kind: 'test', clusterId: cluster.id, input: {} });
      });
      const { won } = await race([engine.operations.retry(id), remove]);
      expect(won).toBe(1);
    }
  });
});

describe('workers side by side', () => {
  it('share many operations, and run each of them once', async () => {
    const ran = new Map<string, number>();
    const count = (_tx: unknown, { id }: { id: string }): Promise<void> => {
      ran.set(id, (ran.get(id) ?? 0) + 1);
      return Promise.resolve();
    };
    const engine = engineOf(inOrder({ a: () => '' }, { succeeded: count }));
    const made = await Promise.all(Array.from({ length: 30 }, () => engine.create()));
    for (let i = 0; i < 3; i += 1) engine.worker({ sweepMs: 20, concurrency: 3 }).start();
    await Promise.all(made.map(({ id }) => engine.ended(id)));

    expect([...ran.values()]).toEqual(Array(30).fill(1));
    expect(new Set(ran.keys())).toEqual(new Set(made.map(({ id }) => id)));
  });

  it('run no more than their concurrency allows at once, and take the rest when a place is free', async () => {
    const meet = barrier(2);
    const { reached, open } = gate();
    let most = 0;
    let now = 0;
    const a = async (): Promise<void> => {
      now += 1;
      most = Math.max(most, now);
      await meet();
      await reached;
      now -= 1;
    };
    const engine = engineOf(inOrder({ a }));
    const made = await Promise.all(Array.from({ length: 5 }, () => engine.create()));
    const worker = engine.worker({ concurrency: 2 });
    await Promise.all(made.map(({ id }) => worker.wake(id)));
    await until('two run', () => now === 2);
    expect(worker.busy).toBe(2);
    open();
    await Promise.all(made.map(({ id }) => engine.ended(id)));

    expect(most).toBe(2);
  });

  it('find by their sweep what nobody woke', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    await engine.worker().sweep();
    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
  });

  it('do nothing when they are woken for what has ended, or what there is not', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id, attempts } = await engine.run();
    const worker = engine.worker();
    await worker.wake(id);
    await worker.wake('0193f000-0000-7000-8000-000000000001');
    await until('it has looked', () => worker.busy === 0);
    expect((await engine.row(id)).attempts).toBe(attempts);
  });
});
