import { afterEach } from '@jest/globals';
import { Bus, type BusOptions } from '../../src/events/bus.js';
import type { RecordedEvent } from '../../src/events/event.js';
import { record } from '../../src/events/event-log.js';
import { quiet } from './log.js';
import type { TestDatabase } from './database.js';

/** Buses of as many processes as a test wants; each is stopped when its test ends. */
export function useBus(database: TestDatabase): (options?: Partial<BusOptions>) => Promise<Bus> {
  const buses: Bus[] = [];
  afterEach(async () => {
    await Promise.all(buses.splice(0).map((bus) => bus.stop()));
  });
  return async (options = {}) => {
    const bus = new Bus({ db: database.db, url: database.url, queueLimit: 1000, log: quiet, ...options });
    buses.push(bus);
    await bus.start();
    return bus;
  };
}

/** Records one event in a transaction of its own. */
export const publish = ({ db }: TestDatabase, topic: string, payload: object = {}): Promise<void> =>
  db.transaction((tx) => record(tx, topic, payload));

/** The next `count` values of a stream. */
export async function take<T>(stream: AsyncIterator<T, undefined>, count: number): Promise<T[]> {
  const taken: T[] = [];
  while (taken.length < count) {
    const { value, done } = await stream.next();
    if (done === true) throw new Error(`it ended after ${taken.length} of ${count}`);
    taken.push(value);
  }
  return taken;
}

/** All values of a stream, to its end. */
export async function drain<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const taken: T[] = [];
  for await (const value of stream) taken.push(value);
  return taken;
}

export const numbers = (events: readonly RecordedEvent[]): number[] => events.map(({ seq }) => seq);
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1);
