/**
 * Each value mapped; the stream ends after the first value of which `last` is true. Values mapped to `undefined` are
 * left out. No generator: `return` must reach the source at once, also while `next` waits.
 */
export function transform<A, B>(
  source: AsyncIterator<A, undefined>,
  { map, last }: { readonly map: (value: A) => B | undefined; readonly last: (value: A) => boolean },
): AsyncIterableIterator<B, undefined> {
  let over = false;
  const finish = async (): Promise<IteratorResult<B, undefined>> => {
    over = true;
    await source.return?.();
    return { value: undefined, done: true };
  };
  return {
    async next() {
      try {
        while (!over) {
          const { value, done } = await source.next();
          if (done === true) break;
          if (last(value)) over = true;
          const mapped = map(value);
          if (mapped !== undefined) return { value: mapped, done: false };
        }
      } catch (error) {
        // Whoever iterates stops at an error without a `return`.
        await finish();
        throw error;
      }
      return finish();
    },
    return: finish,
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** First the given values, then what the source gives. */
export function startWith<A>(
  first: readonly A[],
  source: AsyncIterator<A, undefined>,
): AsyncIterableIterator<A, undefined> {
  const queue = [...first];
  return {
    next() {
      const value = queue.shift();
      return value === undefined ? source.next() : Promise.resolve({ value, done: false });
    },
    async return() {
      queue.length = 0;
      await source.return?.();
      return { value: undefined, done: true };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
