import type { Fetcher, FetcherParams, Observable } from '@graphiql/toolkit';
import { Kind, OperationTypeNode, parse } from 'graphql';
import type { Client } from 'graphql-ws';
import { isRefusal, resultOf, send, type Result } from './api.js';
import { isRefused, shown } from './live.js';

export interface Listener {
  /** The token was refused. */
  refused(): void;
  /** The answer of a query or mutation that a user sent. */
  answered(result: Result): void;
}

/** Queries and mutations go over HTTP, subscriptions over `live`. */
export function createFetcher(token: string, live: Client, listener: Listener): Fetcher {
  return (params, options) =>
    isSubscription(params)
      ? follow(params, live, listener)
      : ask(params, token, (options?.headers ?? {}) as Record<string, string>, listener);
}

async function ask(params: FetcherParams, token: string, headers: Record<string, string>, listener: Listener) {
  const response = await send(token, params, headers);
  const result = await resultOf(response);
  const refused = isRefusal(response.status, result);
  // One who sends an authorization of his own, by the headers' editor, tries another role: no reason to ask again.
  const own = Object.keys(headers).some((name) => name.toLowerCase() === 'authorization');
  if (refused && !own) listener.refused();
  else if (params.operationName !== 'IntrospectionQuery') listener.answered(result);
  return result;
}

interface Sink {
  next(value: Result): void;
  error(error: unknown): void;
  complete(): void;
}

/** An observable: it ends at once when the user presses stop, also while nothing arrives. */
function follow({ query, operationName, variables }: FetcherParams, live: Client, listener: Listener) {
  const request = { query, operationName: operationName ?? null, variables: variables as Record<string, unknown> };
  const subscribe = (sink: Sink) => ({
    unsubscribe: live.subscribe<Record<string, unknown>>(request, {
      next: (result) => {
        sink.next(result as Result);
      },
      error: (error) => {
        if (isRefused(error)) listener.refused();
        sink.error(shown(error));
      },
      complete: () => {
        sink.complete();
      },
    }),
  });
  // The type also allows three loose functions, which GraphiQL never passes.
  return { subscribe } as Observable<Result>;
}

function isSubscription({ query, operationName }: FetcherParams): boolean {
  let definitions;
  try {
    ({ definitions } = parse(query));
  } catch {
    return false;
  }
  return definitions.some(
    (definition) =>
      definition.kind === Kind.OPERATION_DEFINITION &&
      definition.operation === OperationTypeNode.SUBSCRIPTION &&
      (operationName === undefined || operationName === null || definition.name?.value === operationName),
  );
}
