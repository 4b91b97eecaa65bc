import { afterEach, describe, expect, it } from '@jest/globals';
import { nextTime } from '../../../src/backups/schedules/cron.js';
import { expired } from '../../../src/backups/schedules/retention.js';

const refusalOf = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

const now = new Date('2026-03-28T12:00:00Z');

describe('the next time of a schedule', () => {
  it.each([
    ['30 2 * * *', 'UTC', '2026-03-29T02:30:00.000Z'],
    // The clocks go forward in that night: half past two is not there, and comes with the first minute that is.
    ['30 2 * * *', 'Europe/Berlin', '2026-03-29T01:00:00.000Z'],
    ['0 0 1 * *', 'UTC', '2026-04-01T00:00:00.000Z'],
    ['*/15 * * * *', 'UTC', '2026-03-28T12:15:00.000Z'],
    ['0 4 * * 0', 'America/New_York', '2026-03-29T08:00:00.000Z'],
  ])('of %s in %s is %s', (cron, timezone, time) => {
    expect(nextTime({ cron, timezone }, now).toISOString()).toBe(time);
  });

  it.each([
    ['* * * * * *', 'UTC', 'cron'],
    ['61 * * * *', 'UTC', 'cron'],
    ['', 'UTC', 'cron'],
    ['0 0 31 2 *', 'UTC', 'cron'],
    ['0 0 * * *', 'Mars/Olympus', 'timezone'],
  ])('of %j in %s is refused at %s', (cron, timezone, field) => {
    expect(refusalOf(() => nextTime({ cron, timezone }, now))).toMatchObject({ code: 'BAD_USER_INPUT', field });
  });
});

describe('the backups that nothing keeps', () => {
  const daysOld = (days: number, verifiedAt: Date | null = null, verifyMessage = '') => ({
    id: String(days),
    createdAt: new Date(now.getTime() - days * 86_400_000),
    verifiedAt,
    verifyMessage,
  });
  const backups = [0, 1, 2, 10, 40].map((days) => daysOld(days));
  const gone = (keepLast: number | null, keepDays: number | null, of = backups) =>
    expired(of, { keepLast, keepDays, verifyEvery }, now).map(({ id }) => id);
  let verifyEvery: number | null = null;
  afterEach(() => {
    verifyEvery = null;
  });

  it('are those that neither number keeps', () => {
    expect(gone(2, null)).toEqual(['2', '10', '40']);
    expect(gone(null, 5)).toEqual(['10', '40']);
    expect(gone(4, 5)).toEqual(['40']);
    expect(gone(1, 30)).toEqual(['40']);
    expect(gone(null, null)).toEqual([]);
  });

  it('are never the last good one', () => {
    expect(gone(null, 5, [daysOld(100)])).toEqual([]);
    expect(gone(null, 5, [daysOld(100), daysOld(101)])).toEqual(['101']);
    expect(gone(1, 1, [])).toEqual([]);
  });

  it('are not those before one whose proof failed', () => {
    const bad = daysOld(0, null, 'could not be verified');
    expect(gone(1, null, [bad, daysOld(1), daysOld(2)])).toEqual(['2']);
    expect(gone(2, null, [bad, daysOld(1, null, 'nor could this'), daysOld(2), daysOld(3)])).toEqual(['3']);
  });

  it('are never the last that was proven, where a schedule has them proven', () => {
    const backups = [daysOld(0), daysOld(1), daysOld(2, now), daysOld(3, now)];
    expect(gone(1, null, backups)).toEqual(['1', '2', '3']);
    verifyEvery = 7;
    expect(gone(1, null, backups)).toEqual(['1', '3']);
    expect(gone(3, 1, backups)).toEqual(['3']);
  });
});
