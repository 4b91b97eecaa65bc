import { describe, expect, it } from '@jest/globals';
import { operationTopic } from '../../src/events/event.js';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { inOrder, noting, useEngine } from '../support/engine.js';
import { recordingLog } from '../support/log.js';
import { gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);
const cut = (): Promise<void> => database.server.cut(database);

describe('a database whose connections die', () => {
  it('in the middle of a step: the step goes on and the operation ends well', async () => {
    const ran: string[] = [];
    const b = async (): Promise<void> => {
      await cut();
      ran.push('b');
    };
    const engine = engineOf(inOrder({ ...noting(ran, 'a'), b, ...noting(ran, 'c') }));
    const { id, status } = await engine.run();

    expect(status).toBe('SUCCEEDED');
    expect(ran).toEqual(['a', 'b', 'c']);
    expect((await engine.steps(id)).map(({ attempts }) => attempts)).toEqual([1, 1, 1]);
  });

  it('within a step’s transaction: it is written as a whole, and once', async () => {
    let tries = 0;
    const write = (context: StepContext): Promise<void> =>
      context.write(async (tx) => {
        await tx.query(`INSERT INTO event_topic VALUES ('half', 1)`);
        tries += 1;
        if (tries === 1) await cut();
        await tx.query(`INSERT INTO event_topic VALUES ('whole', 1)`);
      });
    const engine = engineOf(inOrder({ write }));
    const { id, status } = await engine.run();
    const topics = await database.db.query<{ topic: string }[]>(
      `SELECT topic FROM event_topic WHERE topic IN ('half', 'whole') ORDER BY 1`,
    );

    expect({ status, tries, topics }).toEqual({
      status: 'SUCCEEDED',
      tries: 2,
      topics: [{ topic: 'half' }, { topic: 'whole' }],
    });
    expect(await engine.events(operationTopic(id))).toBe(4);
  });

  it('while a step reads: it is tried again', async () => {
    let tries = 0;
    const read = async (): Promise<void> => {
      tries += 1;
      const runner = database.db.createQueryRunner();
      try {
        await runner.connect();
        if (tries === 1) await cut();
        await runner.query('SELECT 1');
      } finally {
        await runner.release();
      }
    };
    const engine = engineOf(inOrder({ read }));
    const { id, status } = await engine.run();

    expect(status).toBe('SUCCEEDED');
    expect((await engine.steps(id))[0]?.attempts).toBe(2);
  });

  it('and refuses new ones for a while: what runs waits for it, and no worker ends', async () => {
    const { log, lines } = recordingLog();
    const { reached, open } = gate();
    const b = (): Promise<void> => reached;
    const ran: string[] = [];
    const engine = engineOf(inOrder({ b, ...noting(ran, 'c') }));
    const { id } = await engine.create();
    const worker = engine.worker({ log, leaseMs: 10_000, sweepMs: 50 });
    worker.start();
    await until('it runs', async () => (await engine.shown(id)).includes('b RUNNING'));
    await database.server.refuse(database, true);
    open();
    await until('the sweep has found it away', () =>
      lines.some(({ msg }) => msg === 'cannot look for open operations'),
    );
    await database.server.refuse(database, false);

    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect(ran).toEqual(['c']);
  });

  it('for longer than the lease: the operation is dropped, and goes on afterwards', async () => {
    const { log, lines } = recordingLog();
    const { reached, open } = gate();
    const ran: string[] = [];
    const b = (): Promise<void> => reached;
    const engine = engineOf(inOrder({ ...noting(ran, 'a'), b, ...noting(ran, 'c') }));
    const { id } = await engine.create();
    engine.worker({ log, leaseMs: 1000, sweepMs: 50 }).start();
    await until('it runs', async () => (await engine.shown(id)).includes('b RUNNING'));
    await database.server.refuse(database, true);
    await until('the lease cannot be renewed', () => lines.some(({ msg }) => msg === 'cannot renew a lease'));
    open();
    await until('it is let go', () => engine.busy === 0);
    await database.server.refuse(database, false);

    expect(await engine.ended(id)).toMatchObject({ status: 'SUCCEEDED', fence: '2' });
    expect(ran).toEqual(['a', 'c']);
    expect((await engine.steps(id)).map(({ attempts }) => attempts)).toEqual([1, 2, 1]);
  });

  it('because the server is restarted: what ran is finished, and what came is taken up', async () => {
    const { reached, open } = gate();
    const b = (): Promise<void> => reached;
    const ran: string[] = [];
    const engine = engineOf(inOrder({ ...noting(ran, 'a'), b, ...noting(ran, 'c') }));
    const { id } = await engine.create();
    engine.worker({ leaseMs: 10_000, sweepMs: 50 }).start();
    await until('it runs', async () => (await engine.shown(id)).includes('b RUNNING'));
    await database.server.outage(() => {
      open();
      return Promise.resolve();
    });
    const next = await engine.create();

    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect((await engine.ended(next.id)).status).toBe('SUCCEEDED');
    expect(ran.sort()).toEqual(['a', 'a', 'c', 'c']);
  });

  it('lets no transaction stay idle for ever: one of a frozen process holds no lock past it', async () => {
    const [row] = await database.db.query<{ ms: string }[]>(
      `SELECT setting AS ms FROM pg_settings WHERE name = 'idle_in_transaction_session_timeout'`,
    );
    expect(Number(row?.ms)).toBeGreaterThan(0);
    expect(Number(row?.ms)).toBeLessThanOrEqual(15_000);
  });
});
