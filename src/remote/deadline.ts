/**
 * Runs `work` with a signal that fires when `signal` does, with its reason, or after `timeoutMs` with what `expired`
 * makes. Rejects with that reason at once; `work` ends by itself on the signal that it was given.
 */
export async function withDeadline<T>(
  signal: AbortSignal | undefined,
  timeoutMs: number,
  expired: () => Error,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  // Not AbortSignal.any: signals that live long would collect listeners.
  const controller = new AbortController();
  const forward = () => {
    controller.abort(signal?.reason);
  };
  const timer = setTimeout(() => {
    controller.abort(expired());
  }, timeoutMs);
  signal?.addEventListener('abort', forward, { once: true });
  try {
    return await until(controller.signal, work(controller.signal));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', forward);
  }
}

/** What `promise` gives, or the signal's reason if that comes first. */
function until<T>(signal: AbortSignal, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      reject(signal.reason as Error);
    };
    signal.addEventListener('abort', abort, { once: true });
    promise.then(resolve, reject);
  });
}
