import { describe, expect, it } from '@jest/globals';
import { OperationStatus } from '../../schema/enums.js';
import { DomainError } from '../../src/errors.js';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { failing, fakeKind, inOrder, lane, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);
const tooSlow = new DomainError('REMOTE_TIMEOUT', 'too slow', { retryable: true });

/** Goes on until it is told to end, and keeps the reason. */
const hangs =
  (reasons: unknown[]) =>
  ({ signal }: StepContext): Promise<never> =>
    new Promise((_, reject) => {
      signal.addEventListener('abort', () => {
        reasons.push(signal.reason);
        reject(signal.reason as Error);
      });
    });

describe('a cancel while a step runs', () => {
  it('aborts it with CANCELLED in every lane, and a retry goes on from there', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const reasons: unknown[] = [];
    let steady = false;
    const run = (context: StepContext): unknown => (steady ? 'applied' : hangs(reasons)(context));
    const kind = fakeKind({ all: [[lane({ a: () => '', run }, instances[0]), lane({ run }, instances[1])]] });
    const engine = engineOf(kind);
    const { id } = await engine.create();
    const worker = engine.worker();
    worker.start();
    const running = async (): Promise<number> =>
      (await engine.shown(id)).filter((step) => step === 'run RUNNING').length;
    await until('both run', async () => (await running()) === 2);
    await engine.operations.cancel(id);
    const end = await engine.ended(id);

    expect(end).toMatchObject({
      status: 'CANCELLED',
      errorCode: null,
      message: 'cancelled during the step "run". Done, and left as it is: a',
    });
    expect(reasons).toHaveLength(2);
    for (const reason of reasons) expect(reason).toMatchObject({ code: 'CANCELLED' });
    expect(await engine.shown(id)).toEqual(['a DONE', 'run PENDING', 'run PENDING']);
    expect((await engine.steps(id))[1]).toMatchObject({ message: 'stopped, as the operation was cancelled' });
    expect(kind.told).toEqual(['stopped: CANCELLED']);

    steady = true;
    await engine.operations.retry(id);
    await worker.wake(id);
    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
  });

  it('is heeded at once by a worker that is woken for it', async () => {
    const reasons: unknown[] = [];
    const engine = engineOf(inOrder({ a: hangs(reasons) }));
    const { id } = await engine.create();
    const worker = engine.worker();
    await worker.wake(id);
    await until('it runs', async () => (await engine.shown(id)).includes('a RUNNING'));
    await engine.operations.cancel(id);
    expect(engine.woken).toEqual([id]);
    await worker.wake(id);
    expect((await engine.ended(id)).status).toBe('CANCELLED');
  });

  it('ends also the pause before the next attempt', async () => {
    const engine = engineOf(inOrder({ a: failing(tooSlow), b: () => '' }));
    const { id } = await engine.create();
    const worker = engine.worker();
    await worker.wake(id);
    const waits = async (): Promise<boolean> => {
      const [step] = await engine.steps(id);
      return step?.attempts === 3 && (await engine.row(id)).status === OperationStatus.WAITING;
    };
    await until('it waits two seconds or so', waits);
    const began = performance.now();
    await engine.operations.cancel(id);
    await worker.wake(id);
    const end = await engine.ended(id);

    expect(performance.now() - began).toBeLessThan(1000);
    expect(end).toMatchObject({
      status: 'CANCELLED',
      message: expect.stringContaining('cancelled during the step "a"'),
    });
    expect(await engine.shown(id)).toEqual(['a PENDING', 'b PENDING']);
  });
});

describe('an operation that has to end now', () => {
  it('is taken from a worker that does not heed, which can write nothing more', async () => {
    const { cluster } = await makeCluster(database.db);
    const contexts: StepContext[] = [];
    const kind = inOrder({
      deaf: (context) => {
        contexts.push(context);
        return new Promise(() => undefined);
      },
    });
    const engine = engineOf(kind);
    const { id } = await engine.create(cluster.id);
    await engine.worker().wake(id);
    await until('it runs', () => contexts.length === 1);
    const ended = await engine.operations.endWorking(cluster.id, 100);

    expect(ended).toMatchObject({ id, status: 'CANCELLED', fence: '2', leaseOwner: null });
    expect(ended?.message).toBe('taken from its worker, which did not end it in time');
    expect(await engine.shown(id)).toEqual(['deaf PENDING']);
    expect(kind.told).toEqual(['stopped: CANCELLED']);
    await expect(contexts[0]?.write(() => Promise.resolve())).rejects.toThrow('is lost');
  });

  it('is none where nothing works on the cluster', async () => {
    const { cluster } = await makeCluster(database.db);
    expect(await engineOf(inOrder({})).operations.endWorking(cluster.id, 100)).toBeNull();
  });
});

describe('what a step has left for the next one', () => {
  it.each(['cancel', 'deadline'])('is removed where a %s ends the operation in between', async (how) => {
    const begun = gate();
    const tidied: string[] = [];
    // It comes to its end all the same.
    const first = {
      name: 'first',
      run: ({ signal }: StepContext): Promise<string> =>
        new Promise((resolve) => {
          signal.addEventListener('abort', () => {
            resolve('');
          });
          begun.open();
        }),
      tidy: () => Promise.resolve(void tidied.push('first')),
    };
    const later = (name: string) => ({
      name,
      run: () => Promise.resolve(''),
      halt: () => Promise.resolve(void tidied.push(`halted ${name}`)),
      tidy: () => Promise.resolve(void tidied.push(name)),
    });
    const steps = [first, later('second'), later('third')];
    const engine = engineOf(fakeKind({ all: [[{ instanceId: null, on: null, steps }]] }));
    const { id } = await engine.create();
    const soon = `UPDATE operation SET deadline_at = now() + interval '0.3 s' WHERE id = $1`;
    if (how === 'deadline') await database.db.query(soon, [id]);
    const worker = engine.worker();
    await worker.wake(id);
    await begun.reached;
    if (how === 'cancel') await engine.operations.cancel(id);
    await worker.wake(id);

    expect((await engine.ended(id)).status).toBe(how === 'cancel' ? 'CANCELLED' : 'FAILED');
    expect(tidied).toEqual(['second']);
    expect(await engine.shown(id)).toEqual(['first DONE', 'second PENDING', 'third PENDING']);
  });
});

describe('what an attempt left running on a server', () => {
  /** A step that hangs in its first worker; what its `halt` was asked. */
  function leaving() {
    const halted: string[] = [];
    const begun = gate();
    const kind = fakeKind({
      all: [
        [
          {
            instanceId: null,
            on: null,
            steps: [
              {
                name: 'job',
                run: () => {
                  begun.open();
                  return new Promise<string>(() => undefined);
                },
                halt: ({ stepId, assertHeld }) => {
                  assertHeld();
                  return Promise.resolve(void halted.push(stepId));
                },
              },
              { name: 'later', run: () => Promise.resolve(''), halt: () => Promise.resolve(void halted.push('later')) },
            ],
          },
        ],
      ],
    });
    return { kind, halted, begun };
  }

  it('is ended by the worker after one that died, when it has been cancelled meanwhile', async () => {
    const { kind, halted, begun } = leaving();
    const engine = engineOf(kind);
    const { id } = await engine.create();
    await engine.worker({ unwindMs: 20 }).wake(id);
    await begun.reached;
    await engine.lapse(id);
    expect((await engine.operations.cancel(id)).status).toBe('RUNNING');
    await engine.worker().wake(id);
    const end = await engine.ended(id);

    expect(end.message).toBe('cancelled during the step "job". Done, and left as it is: nothing');
    expect(halted).toEqual([(await engine.steps(id))[0]?.id]);
    expect(await engine.shown(id)).toEqual(['job PENDING', 'later PENDING']);
  });

  it('is ended also where it was handed over, and where the deadline has passed', async () => {
    for (const how of ['handed over', 'deadline']) {
      const { kind, halted, begun } = leaving();
      const engine = engineOf(kind);
      const { id } = await engine.create();
      const first = engine.worker({ unwindMs: 20 });
      await first.wake(id);
      await begun.reached;
      await first.stop(0);
      expect(await engine.row(id)).toMatchObject({ leaseUntil: null });
      if (how === 'deadline') await database.db.query('UPDATE operation SET deadline_at = now() WHERE id = $1', [id]);
      else expect((await engine.operations.cancel(id)).status).not.toBe('CANCELLED');
      await engine.worker().wake(id);

      expect((await engine.ended(id)).status).toBe(how === 'deadline' ? 'FAILED' : 'CANCELLED');
      expect(halted).toHaveLength(1);
      expect((await engine.shown(id))[0]).toBe(how === 'deadline' ? 'job FAILED' : 'job PENDING');
    }
  });

  it('is left to the next worker, where nothing but its worker ends', async () => {
    const { kind, halted, begun } = leaving();
    const engine = engineOf(kind);
    const { id } = await engine.create();
    const first = engine.worker({ unwindMs: 20 });
    await first.wake(id);
    await begun.reached;
    await first.stop(0);
    expect(halted).toEqual([]);
  });
});
