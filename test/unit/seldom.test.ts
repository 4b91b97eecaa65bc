import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { seldom } from '../../src/seldom.js';

describe('what is said seldom', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  it('is said at once, then not before its time, and tells how often it was kept back', () => {
    const said: [string, number][] = [];
    const say = seldom(1000, (what: string, untold) => said.push([what, untold]));
    for (const what of ['a', 'b', 'c']) say(what);
    jest.advanceTimersByTime(999);
    say('d');
    jest.advanceTimersByTime(1);
    say('e');
    say('f');
    jest.advanceTimersByTime(1000);
    say('g');
    expect(said).toEqual([
      ['a', 0],
      ['e', 3],
      ['g', 1],
    ]);
  });
});
