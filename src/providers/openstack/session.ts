import { z } from 'zod';
import { DomainError } from '../../errors.js';
import { endpointOf, hasService, type Preferences, type Service } from './catalog.js';
import type { Http, Incoming, Method } from './http.js';
import { parsed, type Keystone } from './keystone.js';
import { Refusal } from './refusal.js';
import { refusalOf, withRetries } from './retry.js';

interface Call {
  readonly service: Service;
  readonly method: Method;
  readonly path: string;
  readonly body: object | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** The one core of all requests: endpoint, token, retries. */
export class Session {
  constructor(
    private readonly http: Http,
    private readonly keystone: Keystone,
    private readonly preferences: Preferences,
  ) {}

  async offers(service: Service, signal: AbortSignal): Promise<boolean> {
    const { catalog } = await this.keystone.login(signal);
    return hasService(catalog, service, this.preferences);
  }

  /** Throws Refusal, Lost; DomainError where there is no such service. */
  async call({ service, method, path, body, headers, signal }: Call): Promise<Incoming> {
    const text = body === undefined ? '' : JSON.stringify(body);
    return withRetries(method !== 'POST', signal, async () => {
      for (let fresh = false; ; fresh = true) {
        const login = await this.keystone.login(signal);
        const url = `${endpointOf(login.catalog, service, this.preferences)}${path}`;
        const signed = { ...headers, 'x-auth-token': login.token };
        const incoming = await this.http.send({ method, url, headers: signed, body: text, signal });
        if (incoming.status < 400) return incoming;
        // Revoked before its end: got anew, once. What is refused so has had no effect.
        if (incoming.status !== 401 || fresh) throw refusalOf(incoming);
        this.keystone.forget(login);
      }
    });
  }
}

/** One service's API. */
export class Api {
  constructor(
    private readonly session: Session,
    private readonly service: Service,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  /** Whether this OpenStack has the service. */
  offered(signal: AbortSignal): Promise<boolean> {
    return this.session.offers(this.service, signal);
  }

  async get<T>(shape: z.ZodType<T>, path: string, signal: AbortSignal): Promise<T> {
    return this.read(shape, path, await this.send('GET', path, signal));
  }

  /** As `get`, or null where there is no such thing. */
  async find<T>(shape: z.ZodType<T>, path: string, signal: AbortSignal): Promise<T | null> {
    return this.get(shape, path, signal).catch(unless(404));
  }

  async post<T>(shape: z.ZodType<T>, path: string, body: object, signal: AbortSignal): Promise<T> {
    return this.read(shape, path, await this.send('POST', path, signal, body));
  }

  /** Asks for something whose answer says nothing. */
  async act(method: 'POST' | 'PUT', path: string, body: object, signal: AbortSignal): Promise<void> {
    await this.send(method, path, signal, body);
  }

  /** Deletes; what is gone already is no error. */
  async remove(path: string, signal: AbortSignal): Promise<void> {
    await this.send('DELETE', path, signal).catch(unless(404));
  }

  private send(method: Method, path: string, signal: AbortSignal, body?: object): Promise<Incoming> {
    return this.session.call({ service: this.service, method, path, body, headers: this.headers, signal });
  }

  private read<T>(shape: z.ZodType<T>, path: string, { text }: Incoming): T {
    const { data, error } = shape.safeParse(parsed(text));
    if (error === undefined) return data;
    const words = `the ${this.service} service answers ${path} with something else than we know`;
    throw new DomainError('PROVIDER_FAILED', `${words}: ${z.prettifyError(error)}`);
  }
}

/** For `catch`: null instead of a refusal of that status. */
export const unless =
  (...statuses: readonly number[]) =>
  (error: unknown): null => {
    if (error instanceof Refusal && statuses.includes(error.status)) return null;
    throw error;
  };
