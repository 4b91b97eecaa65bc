import { setTimeout as delay } from 'node:timers/promises';
import type { Incoming } from './http.js';
import { Lost, Refusal } from './refusal.js';

/** How often a request is sent, and milliseconds between two attempts: doubling, with jitter. */
const attempts = 6;
const firstPause = 200;
const longestPause = 5000;
/** Milliseconds that a service may have us wait; whoever asks for longer is told to come back later. */
const longestWish = 30_000;

const busy = new Set([429, 503]);
const between = new Set([502, 504]);

/** What a service says when it refuses, in its own words, whichever of their shapes it has. */
export function refusalOf({ status, headers, text }: Incoming): Refusal {
  const after = headers['retry-after'];
  const seconds =
    after === undefined ? NaN : /^\d+$/.test(after) ? Number(after) : (Date.parse(after) - Date.now()) / 1000;
  return new Refusal(status, wordsOf(text) || `HTTP ${status}`, Number.isNaN(seconds) ? null : Math.max(0, seconds));
}

/** Without the markup that Glance, and what stands in front of a service, answer with, and Nova has in some of its messages. */
const wordsOf = (text: string): string =>
  (messageIn(json(text)) ?? text)
    .replaceAll(/<(head|title|style)\b[\s\S]*?<\/\1>|<[^>]*>/gi, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500);

/** `{ badRequest: { message } }` of Nova and Cinder, `{ NeutronError: { message } }`, `{ error: { message } }` of Keystone. */
function messageIn(value: unknown): string | null {
  if (typeof value !== 'object' || value === null) return null;
  const { message } = value as { readonly message?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  for (const inner of Object.values(value)) {
    const found = messageIn(inner);
    if (found !== null) return found;
  }
  return null;
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * Does `send` again where that may help. What is not `repeatable` is sent again only where it has surely had no effect: nobody
 * was reached, or it was turned away for coming too often.
 */
export async function withRetries<T>(repeatable: boolean, signal: AbortSignal, send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      const pause = pauseAfter(error, repeatable, attempt);
      if (pause === null) throw error;
      await delay(pause, undefined, { signal }).catch(() => {
        signal.throwIfAborted();
      });
    }
  }
}

function pauseAfter(error: unknown, repeatable: boolean, attempt: number): number | null {
  if (attempt === attempts) return null;
  const backoff = Math.min(firstPause * 2 ** (attempt - 1), longestPause) * (0.5 + Math.random() / 2);
  if (error instanceof Lost) return repeatable || !error.sent ? backoff : null;
  if (!(error instanceof Refusal)) return null;
  const { status, retryAfter } = error;
  const again = repeatable ? busy.has(status) || between.has(status) : status === 429;
  if (!again) return null;
  const wish = (retryAfter ?? 0) * 1000;
  return wish > longestWish ? null : Math.max(wish, backoff);
}
