import { describe, expect, it } from '@jest/globals';
import { OperationStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { DomainError } from '../../src/errors.js';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { failing, fakeKind, inOrder, lane, noting, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { barrier } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);

describe('an operation', () => {
  it('lists the steps that it is going to have before anything is done', async () => {
    const kind = fakeKind({
      first: [[lane({ a: () => '' })]],
      second: [[lane({ b: () => '' })], [lane({ c: () => '' })]],
    });
    const engine = engineOf(kind);
    const { id, status } = await engine.create();

    expect(status).toBe(OperationStatus.QUEUED);
    expect(await engine.shown(id)).toEqual(['a PENDING', 'b PENDING', 'c PENDING']);
  });

  it('runs its steps in order, each once', async () => {
    const ran: string[] = [];
    const kind = fakeKind({
      one: [[lane(noting(ran, 'a', 'b'))], [lane(noting(ran, 'c'))]],
      two: [[lane(noting(ran, 'd'))]],
    });
    const engine = engineOf(kind);
    const { id, status, progress, message, finishedAt } = await engine.run();

    expect(ran).toEqual(['a', 'b', 'c', 'd']);
    expect({ status, progress, message }).toEqual({ status: 'SUCCEEDED', progress: 100, message: '' });
    expect(finishedAt).not.toBeNull();
    expect(await engine.shown(id)).toEqual(['a DONE', 'b DONE', 'c DONE', 'd DONE']);
    expect(kind.told).toEqual(['succeeded']);
  });

  it('runs the lanes of a phase side by side, and the next phase after all of them', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const meet = barrier(2);
    const ran: string[] = [];
    const lanes = instances.map((instance) => lane({ meet, leave: () => String(ran.push(instance.name)) }, instance));
    await engineOf(fakeKind({ all: [lanes, [lane(noting(ran, 'after'))]] })).run();

    expect(ran.slice(0, 2).sort()).toEqual(instances.map(({ name }) => name));
    expect(ran[2]).toBe('after');
  });

  it('plans a stage from what the stages before it wrote', async () => {
    const { cluster, instances } = await makeCluster(database.db);
    const locate = ({ write }: StepContext): Promise<unknown> =>
      write((tx) => tx.update(Instance, { clusterId: cluster.id }, { addr: 'here' }));
    const kind = fakeKind({
      servers: [[lane({ locate })]],
      prepare: async (db) => {
        const { addr } = await db.findOneByOrFail(Instance, { clusterId: cluster.id });
        return [[lane({ [addr ?? 'unknown']: () => '' }, instances[0])]];
      },
    });
    const engine = engineOf(kind);
    const { id } = await engine.run();

    expect(await engine.shown(id)).toEqual(['locate DONE', 'unknown SKIPPED', 'here DONE']);
  });

  it('tells each change with how much of it, and of each lane, is done', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const changes: string[] = [];
    const kind = fakeKind(
      { all: [[lane({ a: () => '', b: () => '' }, instances[0])], [lane({ c: () => '', d: () => '' }, instances[1])]] },
      {
        stepChanged: (_tx, { progress }, { name, status }, percent) => {
          changes.push(`${name} ${status}: ${percent} of ${progress}`);
          return Promise.resolve();
        },
      },
    );
    await engineOf(kind).run();

    expect(changes).toEqual([
      'a RUNNING: 0 of 0',
      'a DONE: 50 of 25',
      'b RUNNING: 50 of 25',
      'b DONE: 100 of 50',
      'c RUNNING: 0 of 50',
      'c DONE: 50 of 75',
      'd RUNNING: 50 of 75',
      'd DONE: 100 of 100',
    ]);
  });

  it('has no work at all and succeeds', async () => {
    expect((await engineOf(fakeKind({ nothing: [] })).run()).status).toBe('SUCCEEDED');
  });
});

describe('a retry', () => {
  it('goes on from the failed step and runs no done step again, with all attempts anew', async () => {
    const ran: string[] = [];
    let broken = true;
    const b = (): string => {
      ran.push('b');
      if (broken) throw new DomainError('REMOTE_TIMEOUT', 'too slow', { retryable: true });
      return 'applied';
    };
    const kind = fakeKind({ all: [[lane({ ...noting(ran, 'a'), b, ...noting(ran, 'c') })]] });
    const engine = engineOf(kind);
    const { id, fence } = await engine.run({ stepAttempts: 1 });
    broken = false;
    const { status, errorCode } = await engine.operations.retry(id.toUpperCase());
    await engine.worker({ stepAttempts: 1 }).wake(id);
    const end = await engine.ended(id);

    expect({ status, errorCode }).toEqual({ status: 'QUEUED', errorCode: null });
    expect(ran).toEqual(['a', 'b', 'b', 'c']);
    expect(end.status).toBe('SUCCEEDED');
    expect(Number(end.fence)).toBeGreaterThan(Number(fence));
    expect(kind.told).toEqual(['stopped: REMOTE_TIMEOUT', 'retried', 'succeeded']);
    expect(engine.woken).toEqual([id]);
  });

  it.each(['SUCCEEDED', 'QUEUED'])('of an operation that is %s is a conflict', async (status) => {
    const engine = engineOf(fakeKind({}));
    const { id } = status === 'SUCCEEDED' ? await engine.run() : await engine.create();
    const words = `only a failed or cancelled operation can be retried; this one is ${status}`;

    await expect(engine.operations.retry(id)).rejects.toMatchObject({
      code: 'CONFLICT',
      operationId: id,
      message: words,
    });
  });

  it('of an operation that is no longer the newest of its cluster is a conflict that names the newer one', async () => {
    const { cluster } = await makeCluster(database.db);
    const engine = engineOf(inOrder({ a: failing(new Error('broken')) }));
    const older = await engine.create(cluster.id);
    await engine.worker().wake(older.id);
    await engine.ended(older.id);
    const newer = await engine.create(cluster.id);
    await engine.operations.cancel(newer.id);

    await expect(engine.operations.retry(older.id)).rejects.toMatchObject({ code: 'CONFLICT', operationId: newer.id });
  });

  it.each(['retry', 'cancel'] as const)('and cancel name an id that is none: %s', async (what) => {
    const engine = engineOf(fakeKind({}));
    await expect(engine.operations[what]('nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND', field: 'id' });
  });
});
