import { isNativeError } from 'node:util/types';

/** The stable codes that clients may rely on (`extensions.code`). */
export type ErrorCode =
  | 'BAD_USER_INPUT'
  | 'UNAUTHENTICATED'
  | 'FORBIDDEN'
  | 'NOT_FOUND'
  | 'CONFLICT'
  | 'NOT_SUPPORTED'
  | 'QUOTA_EXCEEDED'
  | 'NO_CAPACITY'
  | 'PROVIDER_FAILED'
  | 'REMOTE_UNREACHABLE'
  | 'REMOTE_TIMEOUT'
  | 'HOST_KEY_CHANGED'
  | 'STEP_FAILED'
  | 'BACKUP_DAMAGED'
  | 'ATTEMPTS_EXHAUSTED'
  | 'DEADLINE_EXCEEDED'
  | 'CANCELLED'
  | 'UNAVAILABLE'
  | 'INTERNAL';

export interface ErrorDetails {
  /** The input field that is wrong, such as `size`. */
  readonly field?: string;
  /** True where the same call may succeed later without a change. */
  readonly retryable?: boolean;
  /** The operation that stands in the way, of a CONFLICT. */
  readonly operationId?: string;
  readonly cause?: unknown;
}

/** An expected error: what is wrong, where, and what to do now. Its message reaches the user as it is. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly field: string | undefined;
  readonly retryable: boolean;
  readonly operationId: string | undefined;

  constructor(
    readonly code: ErrorCode,
    message: string,
    { field, retryable = false, operationId, cause }: ErrorDetails = {},
  ) {
    super(message, cause === undefined ? undefined : { cause });
    this.field = field;
    this.retryable = retryable;
    this.operationId = operationId;
  }
}

/** The words of anything that was thrown. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error) && !isNativeError(error)) return String(error);
  if (error.message !== '') return error.message;
  // What Node throws for a host of several addresses says nothing itself.
  const { errors = [] } = error as { errors?: unknown[] };
  return [...new Set(errors.map(messageOf))].join('; ') || error.name;
}
