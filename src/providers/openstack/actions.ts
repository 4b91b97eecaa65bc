import type { Nova } from './nova.js';

/** What Nova says of the last attachment of a volume to a server that failed; null where it says nothing. */
export async function whyNotAttached(nova: Nova, server: string, signal: AbortSignal): Promise<string | null> {
  const [last] = (await nova.actions(server, signal)).filter(({ action }) => action === 'attach_volume');
  if (last === undefined) return null;
  const events = await nova.events(server, last.request_id, signal);
  const words = events.find(({ result, details }) => result === 'Error' && (details ?? '') !== '')?.details;
  return words ?? last.message ?? null;
}
