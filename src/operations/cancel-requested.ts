import { DomainError } from '../errors.js';

/** Somebody asked for the end of an operation: what runs is aborted with this, and no further step begins. */
export class CancelRequested extends DomainError {
  /** Whether it cut a step, or came before one began. */
  constructor(readonly where: 'during' | 'before') {
    super('CANCELLED', 'the operation was cancelled');
  }
}
