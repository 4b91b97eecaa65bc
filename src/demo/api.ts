import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { TypedDocumentString } from './documents.js';

interface WireError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly field?: string };
}
interface WireResult<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly WireError[];
}

/** An error that the API answered with; its message carries code, field and words. */
export class ApiError extends Error {
  readonly code: string;
  readonly field: string | undefined;

  constructor({ message, extensions }: WireError) {
    const field = extensions?.field;
    const code = extensions?.code ?? 'UNKNOWN';
    super(`${code}${field === undefined ? '' : ` (${field})`}: ${message}`);
    this.code = code;
    this.field = field;
  }
}

/** The public API, as any client sees it: queries and mutations over HTTP, subscriptions over a WebSocket. */
export class Api {
  readonly #url: string;
  readonly #authorization: string;
  readonly #live: Client;

  constructor(origin: string, token: string) {
    this.#url = `${origin}/graphql`;
    this.#authorization = `Bearer ${token}`;
    this.#live = createClient({
      url: this.#url.replace(/^http/, 'ws'),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: this.#authorization },
      retryAttempts: 3,
    });
  }

  async ask<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    signal?: AbortSignal,
  ): Promise<Result> {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: this.#authorization },
      body: JSON.stringify({ query: document.toString(), variables }),
      signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]),
    });
    return dataOf(JSON.parse(await textOf(response)) as WireResult<Result>);
  }

  /** The events of a subscription, until it completes or `signal` ends it. */
  async *follow<Result, Variables extends Record<string, unknown>>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    signal: AbortSignal,
  ): AsyncGenerator<Result, void, undefined> {
    const events = this.#live.iterate<Result>({ query: document.toString(), variables });
    const stop = () => void events.return?.();
    signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const event of events) yield dataOf(event as WireResult<Result>);
    } catch (error) {
      throw asError(error);
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  async close(): Promise<void> {
    await this.#live.dispose();
  }
}

async function textOf(response: Response): Promise<string> {
  const text = await response.text();
  if (text.startsWith('{')) return text;
  throw new ApiError({ message: `${String(response.status)} ${response.statusText} ${text}`.trim().slice(0, 200) });
}

function dataOf<Result>({ data, errors = [] }: WireResult<Result>): Result {
  const [error] = errors;
  if (error !== undefined) throw new ApiError(error);
  if (data === undefined || data === null) throw new ApiError({ message: 'the API answered without data' });
  return data;
}

/** graphql-ws rejects with an array of GraphQL errors, with a close event, or with an error. */
function asError(error: unknown): Error {
  if (error instanceof Error) return error;
  if (Array.isArray(error)) return new ApiError(error[0] as WireError);
  const { code, reason } = error as { code?: number; reason?: string };
  return new Error(
    `the subscription was closed: ${reason === undefined || reason === '' ? 'no reason given' : reason} (${String(code ?? 'no code')})`,
  );
}
