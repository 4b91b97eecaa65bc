import type { Nova } from './nova.js';

/**
 * What Nova says of the last attachment of a volume to a server, which failed: the details where it lets us see them, and the
 * request by which its administrators find the rest in its log. Null where it says nothing.
 */
export async function whyNotAttached(nova: Nova, server: string, signal: AbortSignal): Promise<string | null> {
  const [last] = (await nova.actions(server, signal)).filter(({ action }) => action === 'attach_volume');
  if (last === undefined) return null;
  const events = await nova.events(server, last.request_id, signal);
  const details = events.find(({ result, details: words }) => result === 'Error' && (words ?? '') !== '')?.details;
  const words = [last.message ?? '', details ?? ''].filter((one) => one !== '').join(': ');
  return `Nova says of ${last.action}: ${words || 'nothing'}; its log has more, under ${last.request_id}`;
}
