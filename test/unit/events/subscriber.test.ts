import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../../src/events/event.js';
import { Subscriber, type SubscriberOptions } from '../../../src/events/subscriber.js';
import { numbers, take, upTo } from '../../support/bus.js';
import { gate } from '../../support/until.js';

const event = (seq: number): RecordedEvent => ({ topic: 't', seq, payload: {} });
const rows = upTo(10).map(event);
const ended = { value: undefined, done: true };

/** A subscriber that replays from ten rows, three a page. */
function subscriber(options: Partial<SubscriberOptions> = {}) {
  const told = { overflows: 0, closes: 0, reads: [] as number[] };
  const made = new Subscriber({
    after: 0,
    upTo: 0,
    limit: 3,
    readAfter: (after) => {
      told.reads.push(after);
      return Promise.resolve(rows.filter(({ seq }) => seq > after).slice(0, 3));
    },
    onOverflow: () => (told.overflows += 1),
    onClose: () => (told.closes += 1),
    ...options,
  });
  return { made, told };
}

describe('a subscriber', () => {
  it('replays the rows up to the head of its feed, a page at a time, and only then what is new', async () => {
    const { made, told } = subscriber({ upTo: 7 });
    for (const n of [8, 9]) made.push(event(n));
    expect(numbers(await take(made, 9))).toEqual(upTo(9));
    expect(told.reads).toEqual([0, 3, 6]);
  });

  it('replays nothing where it begins at the head', async () => {
    const { made, told } = subscriber({ after: 7, upTo: 7 });
    made.push(event(8));
    expect(numbers(await take(made, 1))).toEqual([8]);
    expect(told.reads).toEqual([]);
  });

  it('ignores what its feed has still to hand out but it has seen', async () => {
    const { made } = subscriber({ after: 9, upTo: 7 });
    for (const n of [8, 9, 10]) made.push(event(n));
    expect(numbers(await take(made, 1))).toEqual([10]);
  });

  it('goes on where the rows have gone that it was to replay', async () => {
    const { made } = subscriber({ upTo: 5, readAfter: () => Promise.resolve([]) });
    made.push(event(6));
    expect(numbers(await take(made, 1))).toEqual([6]);
  });

  it('hands what comes straight to whoever waits', async () => {
    const { made } = subscriber();
    const waiting = made.next();
    await Promise.resolve();
    made.push(event(1));
    expect(await waiting).toEqual({ value: event(1), done: false });
  });

  it('keeps as many as its limit, then is cut off once, and gives nothing more', async () => {
    const { made, told } = subscriber();
    for (const n of upTo(6)) made.push(event(n));
    expect(told).toMatchObject({ overflows: 1, closes: 1 });
    expect(await made.next()).toEqual(ended);
  });

  it('has its limit again when it has read', async () => {
    const { made, told } = subscriber();
    for (const n of upTo(9)) {
      made.push(event(n));
      if (n % 3 === 0) await take(made, 3);
    }
    expect(told.overflows).toBe(0);
  });

  it('ends whoever waits when it is left, once, and whatever is still pushed', async () => {
    const { made, told } = subscriber();
    const waiting = made.next();
    await Promise.resolve();
    expect(await made.return()).toEqual(ended);
    await made.return();
    made.push(event(1));
    expect(await waiting).toEqual(ended);
    expect(await made.next()).toEqual(ended);
    expect(told).toMatchObject({ closes: 1, overflows: 0 });
  });

  it('ends also when it is left in the middle of its replay', async () => {
    const { reached, open } = gate<readonly RecordedEvent[]>();
    const { made } = subscriber({ upTo: 3, readAfter: () => reached });
    const waiting = made.next();
    await made.return();
    open(rows);
    expect(await waiting).toEqual(ended);
  });

  it('is closed by a replay that fails', async () => {
    const { made, told } = subscriber({ upTo: 3, readAfter: () => Promise.reject(new Error('away')) });
    await expect(made.next()).rejects.toThrow('away');
    expect(told.closes).toBe(1);
    expect(await made.next()).toEqual(ended);
  });

  it('is read by a loop, which leaves it', async () => {
    const { made, told } = subscriber({ upTo: 5 });
    for await (const { seq } of made) if (seq === 2) break;
    expect(told.closes).toBe(1);
  });
});
