import { setTimeout as delay } from 'node:timers/promises';
import { QueryFailedError, QueryRunnerAlreadyReleasedError, QueryRunnerProviderAlreadyReleasedError } from 'typeorm';
import { DomainError, messageOf } from '../errors.js';

/** SQLSTATEs, socket errors and words that mean: the database is away or full, not the request wrong. */
const codes = /^(08|53|57P0|25P03|ECONN|ETIMEDOUT|EPIPE|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH)/;
const words =
  /connection (terminated|timeout)|timeout exceeded when trying to connect|is not queryable|not currently accepting connections/i;

/** Whether an error says that the database cannot be reached or cannot work now: the same may succeed later. */
export function isAway(error: unknown): boolean {
  // TypeORM's words for a connection that broke between two statements of a transaction.
  if (error instanceof QueryRunnerAlreadyReleasedError || error instanceof QueryRunnerProviderAlreadyReleasedError)
    return true;
  if (error === null || typeof error !== 'object' || error instanceof DomainError) return false;
  return codes.test(codeOf(error)) || words.test(messageOf(error));
}

/** The SQLSTATE or the system's code of an error; empty where it has none. */
function codeOf(error: object): string {
  const { code } = (error instanceof QueryFailedError ? error.driverError : error) as { code?: unknown };
  return typeof code === 'string' ? code : '';
}

/** What is wrong with a database that is away, and what helps, in words. */
export function awayWords(error: unknown): string {
  switch (error instanceof Error ? codeOf(error) : '') {
    case '53100':
      return 'the disk of the control plane’s database is full; make room there, then try again';
    case '53300':
      return 'the control plane’s database takes no more connections (its max_connections is reached); try again soon';
    default:
      return 'the control plane cannot reach its database now; try again soon';
  }
}

/** Does `work`, again and again while the database is away, for `patienceMs` at the most. `work` has the effect of once. */
export async function outlast<T>(patienceMs: number, work: () => Promise<T>): Promise<T> {
  const until = performance.now() + patienceMs;
  for (let pause = 25; ; pause = Math.min(pause * 2, 1000)) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || performance.now() + pause >= until) throw error;
    }
    await delay(pause);
  }
}
