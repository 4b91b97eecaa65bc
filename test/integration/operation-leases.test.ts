import { describe, expect, it } from '@jest/globals';
import { OperationStep } from '../../schema/operation-step.js';
import { DomainError } from '../../src/errors.js';
import { operationTopic } from '../../src/events/event.js';
import { LeaseLost } from '../../src/operations/lease.js';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { fakeKind, inOrder, lane, noting, useEngine, type Engine } from '../support/engine.js';
import { recordingLog } from '../support/log.js';
import { makeCluster } from '../support/rows.js';
import { gate, until, type Gate } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);

/** A worker that hangs in the step b, while everybody else takes it for dead. */
async function frozen(engine: Engine, ran: string[]): Promise<{ id: string; wakeUp: Gate; write: Promise<unknown> }> {
  const inside = gate<StepContext>();
  const wakeUp = gate();
  const wrote = gate<unknown>();
  const b = async (context: StepContext): Promise<void> => {
    ran.push('first: b');
    inside.open(context);
    await wakeUp.reached;
    const late = context.write((tx) => tx.query(`INSERT INTO event_topic VALUES ('too late', 1)`));
    wrote.open(await late.catch((error: unknown) => error));
  };
  const { id } = await engine.create();
  await engine.worker({ kind: inOrder({ ...noting(ran, 'a'), b, ...noting(ran, 'c') }) }).wake(id);
  await inside.reached;
  await engine.lapse(id);
  return { id, wakeUp, write: wrote.reached };
}

describe('a worker that dies', () => {
  it('is followed by another, which goes on from the first step that is not done', async () => {
    const ran: string[] = [];
    const engine = engineOf(inOrder(noting(ran, 'a', 'b', 'c')));
    const { id, wakeUp } = await frozen(engine, ran);
    await engine.worker().wake(id);
    const { status, attempts, fence } = await engine.ended(id);

    expect(ran).toEqual(['a', 'first: b', 'b', 'c']);
    expect({ status, attempts, fence }).toEqual({ status: 'SUCCEEDED', attempts: 2, fence: '2' });
    expect((await engine.steps(id)).map(({ attempts: each }) => each)).toEqual([1, 2, 1]);
    wakeUp.open();
  });

  it.each(['while the other works', 'after the other has ended'])(
    'writes nothing more when it wakes up %s',
    async (when) => {
      const ran: string[] = [];
      const hold = gate();
      const engine = engineOf(inOrder({ ...noting(ran, 'a'), b: () => hold.reached, ...noting(ran, 'c') }));
      const { id, wakeUp, write } = await frozen(engine, ran);
      const second = engine.worker();
      await second.wake(id);
      await until('the second is at b', async () => (await engine.steps(id))[1]?.attempts === 2);
      if (when !== 'while the other works') {
        hold.open();
        await engine.ended(id);
      }
      const before = [await engine.steps(id), await engine.row(id), await engine.events(operationTopic(id))];
      wakeUp.open();

      expect(await write).toBeInstanceOf(LeaseLost);
      await until('the first has let go', () => engine.busy === (when === 'while the other works' ? 1 : 0));
      expect([await engine.steps(id), await engine.row(id), await engine.events(operationTopic(id))]).toEqual(before);
      expect(await engine.events('too late')).toBe(0);
      expect(ran.filter((name) => name === 'c')).toHaveLength(when === 'while the other works' ? 0 : 1);
      hold.open();
      expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    },
  );

  it('is found dead by the sweep of another, which nobody woke', async () => {
    const ran: string[] = [];
    const engine = engineOf(inOrder(noting(ran, 'a', 'b', 'c')));
    const { id, wakeUp } = await frozen(engine, ran);
    engine.worker({ sweepMs: 20 }).start();

    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    wakeUp.open();
  });

  it('has its attempts counted: a step that kills each of its workers is given up', async () => {
    const hold = gate();
    const engine = engineOf(inOrder({ deadly: () => hold.reached }));
    const { id } = await engine.create();
    for (const attempts of [1, 2]) {
      await engine.worker({ stepAttempts: 2 }).wake(id);
      await until('it is begun', async () => (await engine.steps(id))[0]?.attempts === attempts);
      await engine.lapse(id);
    }
    await engine.worker({ stepAttempts: 2 }).wake(id);
    const { status, errorCode, errorMessage } = await engine.ended(id);
    hold.open();

    expect({ status, errorCode }).toEqual({ status: 'FAILED', errorCode: 'ATTEMPTS_EXHAUSTED' });
    expect(errorMessage).toBe(
      'step "deadly" failed: begun 2 times and never finished; the last one may have ended its worker',
    );
  });

  it('leaves a step behind whose effect is planned no more: it is skipped, not shown as running for ever', async () => {
    const { instances } = await makeCluster(database.db);
    let gone = false;
    const { reached, open } = gate();
    const destroy = (): Promise<void> => {
      gone = true;
      return reached;
    };
    const engine = engineOf(fakeKind({ all: () => Promise.resolve([gone ? [] : [lane({ destroy }, instances[0])]]) }));
    const { id } = await engine.create();
    await engine.worker().wake(id);
    await until('it is gone', () => gone);
    await engine.lapse(id);
    await engine.worker().wake(id);

    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect(await engine.shown(id)).toEqual(['destroy SKIPPED']);
    open();
  });
});

describe('a lease', () => {
  it('is one worker’s alone, and counts the fence up each time it is taken', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const leases = await Promise.allSettled(Array.from({ length: 8 }, () => engine.lease(id)));
    const [won, ...more] = leases.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    await won?.release();
    const next = await engine.lease(id);
    await engine.lapse(id);
    const last = await engine.lease(id);

    expect(more).toEqual([]);
    expect([won, next, last].map((lease) => lease?.operation.fence)).toEqual(['1', '2', '3']);
    for (const lease of [next, last]) lease.end();
  });

  it('is renewed as long as its worker lives', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const lease = await engine.lease(id, { leaseMs: 300 });
    const first = (await engine.row(id)).leaseUntil;
    await until('it is renewed twice', async () => Number((await engine.row(id)).leaseUntil) > Number(first) + 150);

    await expect(lease.write(() => Promise.resolve('held'))).resolves.toBe('held');
    lease.end();
  });

  it('ends by its worker’s own clock where the database does not answer, and tells what runs', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const { log, lines } = recordingLog();
    const lease = await engine.lease(id, { leaseMs: 200, log });
    const runner = database.db.createQueryRunner();
    await runner.startTransaction();
    await runner.query('SELECT 1 FROM operation WHERE id = $1 FOR UPDATE', [id]);
    await until('it has run out', () => lease.signal.aborted, 1000);

    expect(lease.signal.reason).toBeInstanceOf(LeaseLost);
    await expect(lease.write(() => Promise.resolve())).rejects.toBeInstanceOf(LeaseLost);
    await runner.rollbackTransaction();
    await runner.release();
    expect(lines).toEqual([]);
  });

  it.each(['end', 'release'] as const)('writes nothing more after its %s', async (how) => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const lease = await engine.lease(id);
    await lease[how]();
    await expect(lease.write((tx) => tx.delete(OperationStep, { operationId: id }))).rejects.toBeInstanceOf(LeaseLost);
    expect(await engine.steps(id)).toHaveLength(1);
  });

  it('is not taken by a worker that does not know the kind of the operation', async () => {
    const engine = engineOf(inOrder({ a: () => '' }));
    const { id } = await engine.create();
    const old = engine.worker({ kind: { ...inOrder({}), kind: 'another' } });
    await old.sweep();
    await old.wake(id);
    await until('it has looked', () => old.busy === 0);

    expect(await engine.row(id)).toMatchObject({ status: 'QUEUED', attempts: 0 });
  });

  it('that an error ends is not taken up again at once, so that nothing spins', async () => {
    const broken = new Error('the hook is broken');
    const engine = engineOf(
      inOrder(
        {
          a: () => {
            throw new DomainError('STEP_FAILED', 'no');
          },
        },
        { stopped: () => Promise.reject(broken) },
      ),
    );
    const { log, lines } = recordingLog();
    const { id } = await engine.create();
    await engine.worker({ log }).wake(id);
    await until('it is dropped', () => lines.some(({ error }) => error === broken.message));

    expect(await engine.row(id)).toMatchObject({ status: 'RUNNING', attempts: 1, leaseOwner: 'worker 1' });
  });
});
