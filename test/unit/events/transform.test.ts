import { describe, expect, it } from '@jest/globals';
import { startWith, transform } from '../../../src/events/transform.js';
import { drain } from '../../support/bus.js';
import { gate } from '../../support/until.js';

/** A source that tells whether it was left. */
function sourceOf<T>(values: readonly T[]) {
  const queue = [...values];
  const told = { returns: 0 };
  const leave = gate<IteratorResult<T, undefined>>();
  const source: AsyncIterableIterator<T, undefined> = {
    next: () => {
      const value = queue.shift();
      return value === undefined ? leave.reached : Promise.resolve({ value, done: false });
    },
    return: () => {
      told.returns += 1;
      leave.open({ value: undefined, done: true });
      return Promise.resolve({ value: undefined, done: true });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return { source, told };
}

const same = (value: number): number => value;

describe('a transformed stream', () => {
  it('gives each value mapped, leaves out what maps to nothing, and ends after the last', async () => {
    const { source, told } = sourceOf([1, 2, 3, 4, 5]);
    const map = (value: number): string | undefined => (value % 2 === 0 ? undefined : `#${value}`);
    expect(await drain(transform(source, { map, last: (value) => value === 3 }))).toEqual(['#1', '#3']);
    expect(told.returns).toBe(1);
  });

  it('ends after the last value also where that maps to nothing', async () => {
    const { source, told } = sourceOf([1, 2, 3]);
    const map = (value: number): number | undefined => (value === 2 ? undefined : value);
    expect(await drain(transform(source, { map, last: (value) => value === 2 }))).toEqual([1]);
    expect(told.returns).toBe(1);
  });

  it('is left at once, also while it waits', async () => {
    const { source, told } = sourceOf<number>([]);
    const stream = transform(source, { map: same, last: () => false });
    const waiting = stream.next();
    await stream.return?.();
    expect((await waiting).done).toBe(true);
    expect(told.returns).toBeGreaterThanOrEqual(1);
  });

  it.each(['map', 'last'] as const)('leaves its source where %s throws: whoever iterates does not', async (which) => {
    const { source, told } = sourceOf([1]);
    const broken = (): never => {
      throw new Error('broken');
    };
    const stream = transform(source, { map: same, last: () => false, [which]: broken });
    await expect(stream.next()).rejects.toThrow('broken');
    expect(told.returns).toBe(1);
    expect((await stream.next()).done).toBe(true);
  });
});

describe('a stream that starts with given values', () => {
  it('gives these first, then those of its source', async () => {
    const { source } = sourceOf([3, 4]);
    const stream = startWith([1, 2], transform(source, { map: same, last: (value) => value === 4 }));
    expect(await drain(stream)).toEqual([1, 2, 3, 4]);
  });

  it('leaves its source when it is left among them, and gives none of them any more', async () => {
    const { source, told } = sourceOf([3]);
    const stream = startWith([1, 2], source);
    await stream.next();
    await stream.return?.();
    expect(told.returns).toBe(1);
    expect((await stream.next()).value).not.toBe(2);
  });
});
