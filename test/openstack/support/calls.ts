import { subscribe, unsubscribe } from 'node:diagnostics_channel';

/** What this process asks over HTTP while `work` goes on, as "METHOD path". */
export async function callsOf(work: () => Promise<unknown>): Promise<readonly string[]> {
  const calls: string[] = [];
  const note = (message: unknown): void => {
    const { method, path } = (message as { request: { method: string; path: string } }).request;
    calls.push(`${method} ${path}`);
  };
  subscribe('http.client.request.start', note);
  try {
    await work();
    return calls;
  } finally {
    unsubscribe('http.client.request.start', note);
  }
}
