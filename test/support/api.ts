import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import type { TypedDocumentString } from '../operations/documents.js';

/** One error of an answer. */
export interface ApiError {
  readonly message: string;
  readonly extensions?: { readonly code?: string; readonly field?: string; readonly operationId?: string };
}

export interface Answer<T> {
  readonly status: number;
  readonly data?: T | null;
  readonly errors?: readonly ApiError[];
}

/** The public API as a client sees it: HTTP for queries and mutations, graphql-ws for subscriptions. */
export class Api {
  private client: Client | null = null;

  constructor(
    readonly url: string,
    readonly token: string | null,
  ) {}

  /** The whole answer, errors and all. */
  async ask<T, V>(document: TypedDocumentString<T, V> | string, variables: V): Promise<Answer<T>> {
    const response = await fetch(`${this.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
      },
      body: JSON.stringify({ query: document.toString(), variables }),
    });
    const body = (await response.json()) as Omit<Answer<T>, 'status'>;
    return { status: response.status, ...body };
  }

  /** The data. Throws where there are errors. */
  async get<T, V>(document: TypedDocumentString<T, V>, variables: V): Promise<T> {
    const { data, errors } = await this.ask(document, variables);
    if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** The first error. Throws where there is none. */
  async refused<T, V>(document: TypedDocumentString<T, V> | string, variables: V): Promise<ApiError> {
    const { errors, data } = await this.ask(document, variables);
    if (errors?.[0] === undefined) throw new Error(`no error, but ${JSON.stringify(data)}`);
    return errors[0];
  }

  /** The events of a subscription, until it completes or the caller leaves the loop. */
  async *watch<T, V>(document: TypedDocumentString<T, V>, variables: V): AsyncGenerator<Awaited<T>, void> {
    const results = this.socket().iterate<T & Record<string, unknown>>({
      query: document.toString(),
      variables: variables as Record<string, unknown>,
    });
    for await (const { data, errors } of results) {
      if (errors !== undefined || data == null) throw new Error(JSON.stringify(errors));
      yield data as Awaited<T>;
    }
  }

  async close(): Promise<void> {
    await this.client?.dispose();
    this.client = null;
  }

  private socket(): Client {
    this.client ??= createClient({
      url: `${this.url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: this.token === null ? {} : { authorization: `Bearer ${this.token}` },
      retryAttempts: 0,
    });
    return this.client;
  }
}
