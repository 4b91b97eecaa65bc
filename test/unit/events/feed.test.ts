import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../src/events/event.js';
import { Feed } from '../../../src/events/feed.js';
import { Subscriber } from '../../../src/events/subscriber.js';
import { numbers, take, upTo } from '../../support/bus.js';
import { gate, type Gate } from '../../support/until.js';

/** A feed of a log that a test writes, and reads of it that a test lets through. */
function feedOf(head: number, page = 3) {
  const log: RecordedEvent[] = [];
  const reads: Gate[] = [];
  let held = false;
  const feed = new Feed(async (after) => {
    const found = log.filter(({ seq }) => seq > after).slice(0, page);
    const read = gate();
    reads.push(read);
    if (held) await read.reached;
    return found;
  }, head);
  const subscribe = (): Subscriber => {
    const made: Subscriber = new Subscriber({
      after: head,
      upTo: feed.head,
      limit: 100,
      readAfter: () => Promise.resolve([]),
      onOverflow: () => undefined,
      onClose: () => {
        feed.remove(made);
      },
    });
    feed.add(made);
    return made;
  };
  const write = (...seqs: number[]): void => void log.push(...seqs.map((seq) => ({ topic: 't', seq, payload: {} })));
  return {
    feed,
    reads,
    subscribe,
    write,
    hold: (hold: boolean) => {
      held = hold;
    },
  };
}

describe('a feed', () => {
  it('reads all pages at one announcement, and hands each event to everybody once', async () => {
    const { feed, subscribe, write } = feedOf(0);
    const all = [subscribe(), subscribe()];
    write(...upTo(8));
    await feed.poke();
    for (const subscriber of all) expect(numbers(await take(subscriber, 8))).toEqual(upTo(8));
    expect(feed.head).toBe(8);
  });

  it('reads once more for an announcement that comes while it reads', async () => {
    const { feed, subscribe, write, reads, hold } = feedOf(0);
    const subscriber = subscribe();
    hold(true);
    const first = feed.poke();
    write(1);
    const second = feed.poke();
    hold(false);
    for (const read of reads) read.open();
    await Promise.all([first, second]);
    expect(numbers(await take(subscriber, 1))).toEqual([1]);
  });

  it('reads once for many announcements at once', async () => {
    const { feed, write, reads } = feedOf(0);
    write(1);
    await Promise.all(upTo(50).map(() => feed.poke()));
    expect(reads.length).toBeLessThanOrEqual(3);
  });

  it('goes on after a read that failed', async () => {
    let away = true;
    const feed = new Feed(() => (away ? Promise.reject(new Error('away')) : Promise.resolve([])), 0);
    await expect(feed.poke()).rejects.toThrow('away');
    away = false;
    await expect(feed.poke()).resolves.toBeUndefined();
  });

  it('closes everybody, and knows how many there are', async () => {
    const { feed, subscribe } = feedOf(0);
    const [one, two] = [subscribe(), subscribe()];
    expect(feed.size).toBe(2);
    feed.closeAll();
    expect(feed.size).toBe(0);
    for (const subscriber of [one, two]) expect((await subscriber.next()).done).toBe(true);
  });
});
