import { DomainError } from '../../errors.js';

/** Incus has answered, and the answer is no. `status` is like HTTP's; `words` are its own. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly words: string,
  ) {
    super(words);
  }
}

// Incus tells most of what goes wrong by words alone: the status of a failed operation is always 400.
const meanings = [
  {
    code: 'NO_CAPACITY',
    words: /no space left|disk quota exceeded|not enough (free )?(space|memory)|cannot allocate/i,
  },
  { code: 'QUOTA_EXCEEDED', words: /reached maximum|quota|limits?\.[a-z]+.*(project|exceed)|project.*limit/i },
] as const;

const passing = /shutting down|starting up|database is locked|busy running|context deadline exceeded/i;

/** What a refusal means to whoever asked us to do `what` ("cannot make the server x"). Other errors stay as they are. */
export function translated(what: string, error: unknown): unknown {
  if (!(error instanceof Refusal)) return error;
  const { status, words } = error;
  if (status === 403)
    return new DomainError('PROVIDER_FAILED', `${what}: Incus does not let our certificate do that: ${words}`);
  const message = `${what}: ${words}`;
  const meaning = meanings.find((one) => one.words.test(words));
  if (meaning) return new DomainError(meaning.code, message, { cause: error });
  const retryable = status === 503 || passing.test(words);
  return new DomainError(retryable ? 'UNAVAILABLE' : 'PROVIDER_FAILED', message, { retryable, cause: error });
}
