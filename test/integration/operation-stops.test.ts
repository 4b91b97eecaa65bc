import { describe, expect, it } from '@jest/globals';
import { OperationStatus } from '../../schema/enums.js';
import { DomainError } from '../../src/errors.js';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { failing, fakeKind, inOrder, lane, noting, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);
const tooSlow = new DomainError('REMOTE_TIMEOUT', 'too slow', { retryable: true });

/** Goes on for ever, but heeds its signal. */
const hang = ({ signal }: StepContext): Promise<never> =>
  new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('aborted', { cause: signal.reason }));
    });
  });

/** Goes on for ever, whatever its signal says. */
const deaf = (): Promise<never> => new Promise(() => undefined);

describe('a cancel', () => {
  it('that a step does not notice stops before the next, names what is done and leaves the rest', async () => {
    const { reached, open } = gate();
    const begun = gate();
    const b = (): Promise<void> => {
      begun.open();
      return reached;
    };
    const kind = inOrder({ a: () => '', b, c: () => '' });
    const engine = engineOf(kind);
    const { id } = await engine.create();
    await engine.worker().wake(id);
    await begun.reached;
    const { status, message } = await engine.operations.cancel(id);
    open();
    const end = await engine.ended(id);

    expect({ status, message }).toEqual({ status: 'RUNNING', message: 'it is being stopped' });
    expect(end).toMatchObject({
      status: 'CANCELLED',
      errorCode: null,
      message: 'cancelled before the step "c". Done, and left as it is: a, b',
    });
    expect(await engine.shown(id)).toEqual(['a DONE', 'b DONE', 'c PENDING']);
    expect(kind.told).toEqual(['stopped: CANCELLED']);
  });

  it('names also what the other lanes finished meanwhile', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const [slow, first] = [gate(), gate()];
    const lanes = [
      lane({ create: () => first.reached, prepare: () => '' }, instances[0]),
      lane({ create: () => slow.reached, prepare: () => '' }, instances[1]),
    ];
    const engine = engineOf(fakeKind({ all: [lanes] }));
    const { id } = await engine.create();
    await engine.worker().wake(id);
    await until(
      'both have begun',
      async () => (await engine.shown(id)).filter((step) => step === 'create RUNNING').length === 2,
    );
    await engine.operations.cancel(id);
    first.open();
    await until('the first is done', async () => (await engine.shown(id)).includes('create DONE'));
    slow.open();

    expect((await engine.ended(id)).message).toBe(
      'cancelled before the step "prepare". Done, and left as it is: create (2 times)',
    );
  });

  it('ends at once what nobody has begun', async () => {
    const kind = inOrder({ a: () => '' });
    const engine = engineOf(kind);
    const { id } = await engine.create();
    const end = await engine.operations.cancel(id);
    await engine.worker().wake(id);

    expect(end).toMatchObject({ status: 'CANCELLED', message: 'cancelled before it began' });
    expect(end.finishedAt).not.toBeNull();
    await until('the worker has looked', () => engine.busy === 0);
    expect(await engine.shown(id)).toEqual(['a PENDING']);
    expect(kind.told).toEqual(['stopped: CANCELLED']);
  });

  it('of what has ended is a conflict', async () => {
    const engine = engineOf(inOrder({}));
    const { id } = await engine.run();
    await expect(engine.operations.cancel(id)).rejects.toMatchObject({ code: 'CONFLICT', operationId: id });
  });

  it('can be taken back by a retry, which goes on from where it stopped', async () => {
    const ran: string[] = [];
    const engine = engineOf(inOrder(noting(ran, 'a', 'b')));
    const { id } = await engine.create();
    await engine.operations.cancel(id);
    await engine.operations.retry(id);
    await engine.worker().wake(id);

    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect(ran).toEqual(['a', 'b']);
  });
});

describe('a deadline', () => {
  it('fails the operation, naming the step and the instance where it hung', async () => {
    const { cluster, instances } = await makeCluster(database.db);
    const engine = engineOf(fakeKind({ all: [[lane({ a: () => '', hang }, instances[0])]] }), 300);
    const { id, errorCode, errorMessage } = await engine.run();

    expect(errorCode).toBe('DEADLINE_EXCEEDED');
    expect(errorMessage).toBe(`step "hang" on ${cluster.name}-1 failed: the operation ran past its deadline`);
    expect(await engine.shown(id)).toEqual(['a DONE', 'hang FAILED']);
  });

  it('ends also a step that heeds no signal, and lets it write no more', async () => {
    const late = gate<StepContext>();
    const engine = engineOf(
      inOrder({
        deaf: (context) => {
          late.open(context);
          return deaf();
        },
      }),
      1000,
    );
    const { errorMessage } = await engine.run({ unwindMs: 50 });

    expect(errorMessage).toBe('step "deaf" failed: the operation ran past its deadline');
    const { write } = await late.reached;
    await expect(write(() => Promise.resolve())).rejects.toThrow('is lost');
  });

  it('says what it waited for between two attempts', async () => {
    const engine = engineOf(inOrder({ a: failing(tooSlow) }), 200);
    const { id, errorMessage } = await engine.run();
    const words = 'the operation ran past its deadline while it waited to try again after: too slow';

    expect(errorMessage).toBe(`step "a" failed: ${words}`);
    expect((await engine.steps(id))[0]).toMatchObject({ status: 'FAILED', message: words });
  });

  it('is later of what moves all data of a cluster', async () => {
    const minutes = async (movesData: boolean): Promise<number> => {
      const kind = inOrder(noting([], 'a'), { movesData: () => movesData });
      const { deadlineAt, createdAt } = await engineOf(kind, 60_000).run();
      return Math.round(((deadlineAt?.getTime() ?? 0) - createdAt.getTime()) / 60_000);
    };
    expect([await minutes(false), await minutes(true)]).toEqual([1, 10]);
  });

  it('that passed before a worker came begins nothing', async () => {
    const ran: string[] = [];
    const { errorCode, errorMessage } = await engineOf(inOrder(noting(ran, 'a')), -1000).run();

    expect({ ran, errorCode }).toEqual({ ran: [], errorCode: 'DEADLINE_EXCEEDED' });
    expect(errorMessage).toBe('step "a" failed: the operation ran past its deadline before it began');
  });
});

describe('a worker that stops', () => {
  it('finishes the step that it is at and hands the operation over', async () => {
    const ran: string[] = [];
    const { reached, open } = gate();
    const begun = gate();
    const b = async (): Promise<void> => {
      begun.open();
      await reached;
      ran.push('b');
    };
    const engine = engineOf(inOrder({ ...noting(ran, 'a'), b, ...noting(ran, 'c') }));
    const { id } = await engine.create();
    const first = engine.worker();
    await first.wake(id);
    await begun.reached;
    const stopped = first.stop(30_000);
    open();
    await stopped;

    expect(await engine.shown(id)).toEqual(['a DONE', 'b DONE', 'c PENDING']);
    expect(await engine.row(id)).toMatchObject({ leaseOwner: null, leaseUntil: null });
    await engine.worker().wake(id);
    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect(ran).toEqual(['a', 'b', 'c']);
  });

  it('cuts what runs past the grace, which is not held against the step', async () => {
    let hangs = true;
    const engine = engineOf(inOrder({ a: (context) => (hangs ? hang(context) : 'applied') }));
    const { id } = await engine.create();
    const first = engine.worker({ stepAttempts: 1 });
    await first.wake(id);
    await until('it runs', async () => (await engine.shown(id)).includes('a RUNNING'));
    await first.stop(50);

    expect((await engine.steps(id))[0]).toMatchObject({
      status: 'PENDING',
      message: 'handed over',
      attempts: 1,
      forgiven: 1,
    });
    hangs = false;
    await engine.worker({ stepAttempts: 1 }).wake(id);
    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
  });

  it('leaves a step to itself that heeds no signal', async () => {
    const engine = engineOf(inOrder({ deaf }));
    const { id } = await engine.create();
    const first = engine.worker({ unwindMs: 50 });
    await first.wake(id);
    await until('it runs', async () => (await engine.shown(id)).includes('deaf RUNNING'));
    await first.stop(0);

    expect(await engine.shown(id)).toEqual(['deaf PENDING']);
    expect(first.busy).toBe(0);
  });

  it('hands over at once what waits for its next attempt', async () => {
    const engine = engineOf(inOrder({ a: failing(tooSlow) }));
    const { id } = await engine.create();
    const first = engine.worker();
    await first.wake(id);
    await until('it waits', async () => (await engine.row(id)).status === OperationStatus.WAITING);
    await first.stop(30_000);

    expect((await engine.steps(id))[0]).toMatchObject({ attempts: 1, forgiven: 0 });
    expect((await engine.row(id)).leaseUntil).toBeNull();
  });

  it('fails an operation whose step failed within the grace, though another lane was handed over', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const { reached, open } = gate();
    const broken = async (): Promise<void> => {
      await reached;
      throw new DomainError('STEP_FAILED', 'broken');
    };
    const quick = gate();
    const lanes = [lane({ a: () => quick.reached, b: () => '' }, instances[0]), lane({ broken }, instances[1])];
    const engine = engineOf(fakeKind({ all: [lanes] }));
    const { id } = await engine.create();
    const first = engine.worker();
    await first.wake(id);
    await until('both run', async () => (await engine.shown(id)).join() === 'a RUNNING,b PENDING,broken RUNNING');
    const stopped = first.stop(30_000);
    quick.open();
    await until('a is done', async () => (await engine.shown(id)).includes('a DONE'));
    open();
    await stopped;

    expect((await engine.row(id)).status).toBe('FAILED');
  });

  it('takes nothing more', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const worker = engine.worker();
    await worker.stop(0);
    await worker.wake(id);
    await worker.sweep();
    expect({ busy: worker.busy, status: (await engine.row(id)).status }).toEqual({ busy: 0, status: 'QUEUED' });
  });
});
