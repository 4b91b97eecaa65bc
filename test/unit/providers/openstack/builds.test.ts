import { beforeEach, describe, expect, it } from '@jest/globals';
import { Builds } from '../../../../src/providers/openstack/builds.js';

const second = 1000;

describe('looks at servers that build', () => {
  let now: number;
  let builds: Builds;

  beforeEach(() => {
    now = 123_456;
    builds = new Builds(() => now);
  });

  /** Builds a server that takes so long: how often it is looked at, and how late its end is seen. */
  function build(tookMs: number, name = 'one'): { readonly looks: number; readonly lateMs: number } {
    const end = now + tookMs;
    builds.begin(name);
    for (let looks = 1; ; looks += 1) {
      now += builds.wait(name);
      builds.note(name, now < end ? 'BUILD' : 'ACTIVE');
      if (now >= end) return { looks, lateMs: now - end };
    }
  }

  it.each([
    [700, 2, 1500],
    [5 * second, 5, 2500],
    [9 * second, 7, 4000],
    [60 * second, 18, 6000],
  ])('of %d ms, the first here, are %d at most, and %d ms late at most', (took, most, late) => {
    const { looks, lateMs } = build(took);
    expect(looks).toBeLessThanOrEqual(most);
    expect(lateMs).toBeLessThanOrEqual(late);
  });

  it.each([
    [700, 2, 1500],
    [5 * second, 3, 1500],
    [9 * second, 5, 2500],
    [60 * second, 16, 6000],
  ])('of %d ms, when such are known, are %d at most, and %d ms late at most', (took, most, late) => {
    for (let i = 0; i < 5; i += 1) {
      build(took);
      now += 777;
    }
    for (let i = 0; i < 20; i += 1) {
      const { looks, lateMs } = build(took);
      expect(looks).toBeLessThanOrEqual(most);
      expect(lateMs).toBeLessThanOrEqual(late);
      now += 777;
    }
  });

  it('come together for servers that were begun at about the same time', () => {
    const at = ['a', 'b', 'c'].map((name) => {
      builds.begin(name);
      const due = now + builds.wait(name);
      now += 120;
      return due;
    });
    expect(new Set(at).size).toBeLessThanOrEqual(2);
    for (const due of at) expect(due % second).toBe(0);
  });

  it('are made at once at servers that are not known to build', () => {
    expect(builds.wait('one')).toBe(0);
    builds.note('one', 'ACTIVE');
    expect(builds.wait('one')).toBe(0);
    builds.note('one', 'BUILD');
    expect(builds.wait('one')).toBeGreaterThan(0);
    builds.note('one', null);
    expect(builds.wait('one')).toBe(0);
  });

  it('learn nothing from servers that failed', () => {
    builds.begin('one');
    now += 60 * second;
    builds.note('one', 'ERROR');
    builds.begin('two');
    expect(builds.wait('two')).toBeLessThanOrEqual(1.5 * second);
  });

  it('end with the signal of whoever waits', async () => {
    builds.begin('one');
    await expect(builds.turn('one', AbortSignal.abort(new Error('enough')))).rejects.toThrow();
  });
});
