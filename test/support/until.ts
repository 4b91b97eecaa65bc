import { setTimeout as delay } from 'node:timers/promises';

/** Asks `probe` every few milliseconds until it answers something other than null or false. Throws, saying what was waited for. */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null | false> | T | null | false,
  timeoutMs = 15_000,
): Promise<T> {
  const end = performance.now() + timeoutMs;
  for (;;) {
    const answer = await probe();
    if (answer !== null && answer !== false) return answer;
    if (performance.now() > end) throw new Error(`waited ${timeoutMs / 1000} s in vain: ${what}`);
    await delay(5);
  }
}

/** A promise that somebody else settles. */
export interface Gate<T = void> {
  readonly reached: Promise<T>;
  readonly open: (value: T) => void;
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => undefined;
  const reached = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { reached, open };
}

/** Resolves for everybody once `count` have come: nobody passes alone. */
export function barrier(count: number): () => Promise<void> {
  const { reached, open } = gate();
  let missing = count;
  return () => {
    missing -= 1;
    if (missing === 0) open();
    return reached;
  };
}
