import { describe, expect, it } from '@jest/globals';
import type { Bus } from '../../src/events/bus.js';
import { newest, pageSize, readAfter, record, type Queries } from '../../src/events/event-log.js';
import { numbers, publish, take, upTo, useBus } from '../support/bus.js';
import { useDatabase } from '../support/database.js';
import { recordingLog } from '../support/log.js';
import { until } from '../support/until.js';

const database = useDatabase();
const startBus = useBus(database);
const never = (): void => {
  throw new Error('nothing was to overflow');
};
const everything = { after: 0, onOverflow: never };
const gone = (bus: Bus): Promise<number> =>
  until('nobody subscribes', async () => (await bus.subscribers()) === 0 && 1);

/** The database, but its reads fail now and then. */
const failingWhile = (away: () => boolean): { manager: Queries } => ({
  manager: {
    query: <T>(sql: string, parameters?: unknown[]) =>
      away() ? Promise.reject(new Error('away')) : database.db.query<T>(sql, parameters),
  },
});

describe('the log of a topic', () => {
  it('numbers without a gap, in the order of the commits, under 20 transactions at once', async () => {
    await Promise.all(
      upTo(20).map((writer) =>
        database.db.transaction(async (tx) => {
          for (const part of [1, 2, 3]) await record(tx, 'busy', { writer, part });
        }),
      ),
    );
    const events = await readAfter(database.db.manager, 'busy', 0);
    const writers = events.map(({ payload }) => payload['writer']);

    expect(numbers(events)).toEqual(upTo(60));
    // What one transaction wrote stands together: nobody else's came between.
    expect(writers.filter((writer, i) => writer !== writers[i - 1])).toHaveLength(20);
  });

  it('has no gap where a transaction was rolled back', async () => {
    await publish(database, 'gap');
    const undone = database.db.transaction(async (tx) => {
      await record(tx, 'gap', {});
      throw new Error('undo');
    });
    await expect(undone).rejects.toThrow('undo');
    await publish(database, 'gap');

    expect(numbers(await readAfter(database.db.manager, 'gap', 0))).toEqual([1, 2]);
    expect(await newest(database.db.manager, 'gap')).toBe(2);
  });
});

describe('a subscription', () => {
  it('replays what has happened, over many pages, then follows', async () => {
    const count = pageSize + 20;
    await database.db.query(`SELECT append_event('long', '{}') FROM generate_series(1, ${count})`);
    const bus = await startBus();
    const events = await bus.subscribe('long', everything);
    const replayed = await take(events, count);
    const next = events.next();
    await publish(database, 'long', { news: true });

    expect(numbers(replayed)).toEqual(upTo(count));
    expect(await next).toMatchObject({ value: { seq: count + 1, payload: { news: true } } });
  });

  it('begins after the number that it is given', async () => {
    for (let i = 0; i < 3; i += 1) await publish(database, 'some');
    const events = await (await startBus()).subscribe('some', { ...everything, after: 2 });
    expect(numbers(await take(events, 1))).toEqual([3]);
  });

  it('hears of work that another process does', async () => {
    const other = await database.server.connect(database.url);
    const events = await (await startBus()).subscribe('shared', everything);
    const next = events.next();
    await publish({ ...database, db: other }, 'shared');
    expect(await next).toMatchObject({ value: { seq: 1 } });
  });

  it('has neither gap nor repeat while a writer races with it, in 100 rounds', async () => {
    const bus = await startBus();
    const round = async (n: number): Promise<void> => {
      const topic = `race ${n}`;
      const writing = (async () => {
        for (let i = 0; i < 8; i += 1) await publish(database, topic);
      })();
      // Each round joins at another moment of the writing.
      await until('it is time', async () => (await newest(database.db.manager, topic)) >= n % 8);
      const [first, second] = await Promise.all([bus.subscribe(topic, everything), bus.subscribe(topic, everything)]);
      const taken = await Promise.all([first, second].map((events) => take(events, 8)));
      await writing;
      await Promise.all([first, second].map((events) => events.return()));
      for (const events of taken) expect(numbers(events)).toEqual(upTo(8));
    };
    for (let n = 0; n < 100; n += 5) await Promise.all(upTo(5).map((i) => round(n + i)));
    await gone(bus);
  });

  it('is served by every one of many subscribers, each from where it began', async () => {
    const bus = await startBus();
    await publish(database, 'popular');
    const all = await Promise.all(upTo(50).map((n) => bus.subscribe('popular', { ...everything, after: n % 2 })));
    await publish(database, 'popular');
    const taken = await Promise.all(all.map((events, i) => take(events, i % 2 === 0 ? 1 : 2)));

    expect(taken.map(numbers)).toEqual(upTo(50).map((n) => (n % 2 === 1 ? [2] : [1, 2])));
    expect(await bus.subscribers()).toBe(50);
  });

  it('is not lost when it comes in the moment in which the last other one leaves', async () => {
    const bus = await startBus();
    for (let ticks = 0; ticks < 12; ticks += 1) {
      const topic = `handover ${ticks}`;
      const first = await bus.subscribe(topic, everything);
      const joining = bus.subscribe(topic, everything);
      for (let i = 0; i < ticks; i += 1) await Promise.resolve();
      await first.return();
      const second = await joining;
      await publish(database, topic);
      expect(numbers(await take(second, 1))).toEqual([1]);
      await second.return();
    }
  });

  it('ends at once when it is left while it waits, and is forgotten', async () => {
    const bus = await startBus();
    const events = await bus.subscribe('quiet', everything);
    const waiting = events.next();
    await events.return();

    expect(await waiting).toEqual({ value: undefined, done: true });
    expect(await events.next()).toEqual({ value: undefined, done: true });
    expect(await bus.subscribers()).toBe(0);
  });

  it('ends when the bus stops', async () => {
    const bus = await startBus();
    const waiting = (await bus.subscribe('quiet', everything)).next();
    await bus.stop();
    expect((await waiting).done).toBe(true);
    expect((await (await bus.subscribe('quiet', everything)).next()).done).toBe(true);
  });
});

describe('a subscriber that does not read', () => {
  it('is cut off once, and the others miss nothing', async () => {
    const bus = await startBus({ queueLimit: 3 });
    let overflows = 0;
    const lazy = await bus.subscribe('much', { after: 0, onOverflow: () => (overflows += 1) });
    const eager = await bus.subscribe('much', everything);
    for (const n of upTo(6)) {
      await publish(database, 'much');
      expect(numbers(await take(eager, 1))).toEqual([n]);
    }

    expect(overflows).toBe(1);
    expect((await lazy.next()).done).toBe(true);
    expect(await bus.subscribers()).toBe(1);
  });
});

describe('a bus whose connections die', () => {
  it('connects again and has lost nothing', async () => {
    const bus = await startBus();
    const events = await bus.subscribe('cut', everything);
    await publish(database, 'cut');
    await database.server.cut(database, 'dtrove bus');
    await until('it is cut off', () => !bus.connected);
    await publish(database, 'cut');
    expect(numbers(await take(events, 2))).toEqual([1, 2]);
    await until('it is connected', () => bus.connected);
    await publish(database, 'cut');
    expect(numbers(await take(events, 1))).toEqual([3]);
  });

  it('tries again until the server is back', async () => {
    const bus = await startBus();
    const events = await bus.subscribe('restart', everything);
    await database.server.outage(() => until('it has noticed', () => !bus.connected).then(() => undefined));
    await until('it is connected', () => bus.connected);
    await publish(database, 'restart');
    expect(numbers(await take(events, 1))).toEqual([1]);
  });

  it('reads again what it could not read, though nothing more is announced', async () => {
    const { log, lines } = recordingLog();
    let away = false;
    const bus = await startBus({ db: failingWhile(() => away), log });
    const events = await bus.subscribe('late', everything);
    away = true;
    await publish(database, 'late');
    await until('it could not read', () => lines.some(({ msg }) => msg === 'cannot read events'));
    away = false;

    expect(numbers(await take(events, 1))).toEqual([1]);
  });

  it('forgets a subscriber whose replay fails', async () => {
    await publish(database, 'failing');
    let away = false;
    const bus = await startBus({ db: failingWhile(() => away) });
    const events = await bus.subscribe('failing', everything);
    away = true;

    await expect(events.next()).rejects.toThrow('away');
    expect(await bus.subscribers()).toBe(0);
  });

  it('is not there when the database is not: its start fails', async () => {
    await expect(startBus({ url: 'postgres://dtrove@127.0.0.1:1/dtrove' })).rejects.toThrow('ECONNREFUSED');
  });
});
