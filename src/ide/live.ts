import { createClient, type Client } from 'graphql-ws';
import { API_PATH, isUnauthenticated } from './api.js';

/** Close codes of a WebSocket whose token was refused. */
const REFUSED: ReadonlySet<number> = new Set([4401, 4403]);

/** Whether a subscription ended because of the token: by the WebSocket's close code, or by an error of its own. */
export function isRefused(error: unknown): boolean {
  if (error instanceof CloseEvent) return REFUSED.has(error.code);
  return Array.isArray(error) && (error as Parameters<typeof isUnauthenticated>[0][]).some(isUnauthenticated);
}

/** The subscriptions' connection: opened with the first of them, closed after the last. */
export function connect(token: string): Client {
  const url = new URL(API_PATH, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return createClient({
    url: url.href,
    connectionParams: { authorization: `Bearer ${token}` },
    shouldRetry: (error) => !isRefused(error),
  });
}

/** An error that GraphiQL can show: a close event has its words elsewhere. */
export function shown(error: unknown): unknown {
  if (!(error instanceof CloseEvent)) return error;
  return new Error(`The subscription was closed: ${error.reason || 'no reason given'} (${String(error.code)})`);
}
