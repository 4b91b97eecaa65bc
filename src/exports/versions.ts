const numbers = (version: string, count: number): number[] =>
  Array.from({ length: count }, (_, i) => Number.parseInt(version.split('.')[i] ?? '0'));

/** Whether `version` is older than `than`, by the first `count` numbers of both. */
export function isOlder(version: string, than: string, count: number): boolean {
  const [left, right] = [numbers(version, count), numbers(than, count)];
  const at = left.findIndex((number, i) => number !== right[i]);
  return at >= 0 && (left[at] ?? 0) < (right[at] ?? 0);
}
