import { Cron } from 'croner';
import { DomainError, messageOf } from '../../errors.js';

/** What a schedule is due by. */
export interface Times {
  readonly cron: string;
  readonly timezone: string;
}

/** The first time after `after`. Throws BAD_USER_INPUT for what is no schedule, or never comes. */
export function nextTime({ cron, timezone }: Times, after: Date): Date {
  if (cron.trim().split(/\s+/).length !== 5)
    throw bad('cron', 'has five fields: minute, hour, day of the month, month, day of the week');
  assertZone(timezone);
  const next = parse(cron, timezone).nextRun(after);
  if (next === null) throw bad('cron', 'never comes');
  return next;
}

function assertZone(timezone: string): void {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
  } catch {
    throw bad('timezone', `there is no time zone "${timezone}"; one looks like Europe/Berlin or UTC`);
  }
}

function parse(cron: string, timezone: string): Cron {
  try {
    return new Cron(cron.trim(), { timezone, paused: true });
  } catch (error) {
    throw bad('cron', messageOf(error).replace(/^CronPattern: /, ''));
  }
}

const bad = (field: string, words: string): DomainError =>
  new DomainError('BAD_USER_INPUT', `${field}: ${words}`, { field });
