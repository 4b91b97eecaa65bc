import { DomainError } from '../../errors.js';

/** A service of OpenStack has answered, and the answer is no. `status` is HTTP's; `words` are its own. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  constructor(
    readonly status: number,
    readonly words: string,
    /** Seconds that it wants us to wait. */
    readonly retryAfter: number | null = null,
  ) {
    super(words);
  }
}

/** Nobody has answered. `sent` is false where the request has surely not reached anybody. */
export class Lost extends Error {
  override readonly name = 'Lost';
  constructor(
    words: string,
    readonly sent: boolean,
    cause?: unknown,
  ) {
    super(words, { cause });
  }
}

export type Shortage = 'QUOTA_EXCEEDED' | 'NO_CAPACITY';

// Each service has words of its own: Nova's 403 and its fault 413, Neutron's 409 OverQuota, Cinder's 413, the scheduler's 500.
const shortages: readonly { readonly code: Shortage; readonly words: RegExp }[] = [
  { code: 'QUOTA_EXCEEDED', words: /quota|limit ?exceeded|maximum number of|exceeds allowed/i },
  {
    code: 'NO_CAPACITY',
    words:
      /no valid host|no more ip addresses|not enough|insufficient|exhausted|no space left|could ?n[o']t be scheduled/i,
  },
];

/** Whether a refusal or a server's fault says that there is no room, and of which kind. */
export function shortageOf(status: number, words: string): Shortage | null {
  const found = shortages.find((one) => one.words.test(words));
  if (found !== undefined) return found.code;
  return status === 413 ? 'QUOTA_EXCEEDED' : null;
}

/** What an error means to whoever asked us to do `what` ("cannot make the server x"). Others stay as they are. */
export function translated(what: string, error: unknown): unknown {
  if (error instanceof Lost)
    return new DomainError('UNAVAILABLE', `${what}: ${error.message}`, { retryable: true, cause: error });
  if (!(error instanceof Refusal)) return error;
  const { status, words } = error;
  const message = `${what}: ${words}`;
  const shortage = status < 500 || status === 413 ? shortageOf(status, words) : null;
  if (shortage !== null) return new DomainError(shortage, message, { cause: error });
  if (status === 401) {
    const refused = `${what}: Keystone does not take our credentials: ${words}`;
    return new DomainError('PROVIDER_FAILED', refused, { cause: error });
  }
  if (status === 403) {
    const refused = `${what}: OpenStack does not let our user do that: ${words}`;
    return new DomainError('PROVIDER_FAILED', refused, { cause: error });
  }
  const passing = status === 429 || (status >= 500 && status !== 501);
  return new DomainError(passing ? 'UNAVAILABLE' : 'PROVIDER_FAILED', message, { retryable: passing, cause: error });
}
