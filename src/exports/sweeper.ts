import { messageOf } from '../errors.js';
import type { Log } from '../log.js';
import type { Uploads } from './uploads.js';

/** How often it is looked for uploads that have expired, in milliseconds. */
const everyMs = 600_000;

/** Removes uploads that were never finished, or never removed; returns what stops it. */
export function sweepUploads(uploads: Uploads, log: Log): () => Promise<void> {
  let sweeping = Promise.resolve();
  const sweep = (): void => {
    sweeping = uploads.sweep().then(
      (count) => {
        if (count > 0) log.info({ count }, 'uploads have expired and are removed');
      },
      (error: unknown) => {
        log.warn({ error: messageOf(error) }, 'cannot look for uploads that have expired');
      },
    );
  };
  sweep();
  const timer = setInterval(sweep, everyMs);
  return () => {
    clearInterval(timer);
    return sweeping;
  };
}
