/**
 * Passes on what it is called with, at most once in `everyMs`: the first at once. `untold` counts those before it that
 * were kept back.
 */
export function seldom<T>(everyMs: number, say: (what: T, untold: number) => void): (what: T) => void {
  let next = -Infinity;
  let untold = 0;
  return (what) => {
    const now = performance.now();
    if (now < next) {
      untold += 1;
      return;
    }
    next = now + everyMs;
    say(what, untold);
    untold = 0;
  };
}
