import type { Tell } from './stores/store.js';

const everyMs = 1000;

const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

/** Says now and then how many bytes have gone, of how many where that is known, and how fast. */
export function progress(output: (text: string) => void, total: number | null = null): Tell {
  const began = performance.now();
  // The first piece is told at once: it goes.
  let told = -Infinity;
  return (bytes) => {
    const now = performance.now();
    if (now - told < everyMs && bytes !== total) return;
    told = now;
    const rate = bytes / Math.max(1, now - began) / 1.048_576 / 1000;
    output(`${mib(bytes)} MiB${total === null ? '' : ` of ${mib(total)} MiB`}, ${rate.toFixed(1)} MiB/s\n`);
  };
}
