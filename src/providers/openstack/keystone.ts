import { z } from 'zod';
import { DomainError } from '../../errors.js';
import { authRequest, TokenAnswer, type Catalog, type Credentials } from './credentials.js';
import type { Http } from './http.js';
import { refusalOf, withRetries } from './retry.js';

/** A token with what it opens. */
export interface Login {
  readonly token: string;
  readonly catalog: Catalog;
  readonly projectId: string;
  /** When it shall be renewed, by `performance.now()`: the clocks of two machines may differ. */
  readonly renewAt: number;
}

/** A token is renewed this many milliseconds before its end, or in the last fifth of its life. */
const margin = 120_000;

/** One token for all calls in flight: got once, kept until shortly before its end, and got again when it is refused. */
export class Keystone {
  private held: Login | null = null;
  private coming: Promise<Login> | null = null;

  constructor(
    private readonly http: Http,
    private readonly url: string,
    private readonly credentials: Credentials,
  ) {}

  /** The token in use. Everybody who asks while it is got waits for the same one. */
  login(signal: AbortSignal): Promise<Login> {
    if (this.held !== null && performance.now() < this.held.renewAt) return Promise.resolve(this.held);
    this.coming ??= this.fetch()
      .then((login) => (this.held = login))
      .finally(() => {
        this.coming = null;
      });
    return abortable(this.coming, signal);
  }

  /** Has the next call get another token, unless somebody has got one already. */
  forget(login: Login): void {
    if (this.held === login) this.held = null;
  }

  private async fetch(): Promise<Login> {
    // Not ended by the signal of whoever asked first: the others wait for it too.
    const signal = AbortSignal.timeout(60_000);
    const url = `${this.url}/auth/tokens`;
    const body = JSON.stringify(authRequest(this.credentials));
    const answer = await withRetries(true, signal, async () => {
      const incoming = await this.http.send({ method: 'POST', url, headers: {}, body, signal });
      if (incoming.status >= 400) throw refusalOf(incoming);
      return incoming;
    });
    const token = answer.headers['x-subject-token'];
    const { data, error } = TokenAnswer.safeParse(parsed(answer.text));
    if (typeof token !== 'string' || data === undefined) {
      const words = error === undefined ? 'its answer has no token' : z.prettifyError(error);
      throw new DomainError('PROVIDER_FAILED', `what answers at ${url} is no Keystone: ${words}`);
    }
    const { expires_at: end, issued_at: start, catalog, project } = data.token;
    if (project === undefined) {
      throw new DomainError(
        'PROVIDER_FAILED',
        'the token is for no project: set OS_PROJECT_ID, or OS_PROJECT_NAME and OS_PROJECT_DOMAIN_NAME',
      );
    }
    const life = Date.parse(end) - Date.parse(start);
    const renewAt = performance.now() + life - Math.min(margin, life / 5);
    return { token, catalog, projectId: project.id, renewAt };
  }
}

function abortable<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason as Error);
  return new Promise((resolve, reject) => {
    const give = (): void => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', give, { once: true });
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', give);
    });
  });
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
