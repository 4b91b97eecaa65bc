import type { Operation } from '../../schema/operation.js';
import { DomainError } from '../errors.js';

/** Aborts with DEADLINE_EXCEEDED when the operation's time is up. To be cleared when it has ended. */
export function deadlineOf({ deadlineAt }: Pick<Operation, 'deadlineAt'>): {
  readonly signal: AbortSignal;
  readonly clear: () => void;
} {
  const controller = new AbortController();
  const expire = (): void => {
    controller.abort(new DomainError('DEADLINE_EXCEEDED', 'the operation ran past its deadline'));
  };
  const left = (deadlineAt?.getTime() ?? Infinity) - Date.now();
  // What is past already must not wait for a timer: no step may begin.
  if (left <= 0) expire();
  const timer = left > 0 && left < Infinity ? setTimeout(expire, left) : undefined;
  return {
    signal: controller.signal,
    clear: () => {
      clearTimeout(timer);
    },
  };
}
