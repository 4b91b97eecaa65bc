/** A part of a file: its first and its last byte. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * What a Range header asks for (RFC 9110, 14.2): `whole` where it is absent, of another unit, not understood or of several parts,
 * which a server may answer so; null where no byte of it is there.
 */
export function rangeOf(header: string | undefined, size: number): Range | 'whole' | null {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return 'whole';
  if (from === '') {
    const wanted = Number(to);
    return wanted === 0 || size === 0 ? null : { first: Math.max(0, size - wanted), last: size - 1 };
  }
  const first = Number(from);
  const last = to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (to !== '' && Number(to) < first) return 'whole';
  return first >= size ? null : { first, last };
}

/** The place of what a PUT brings (RFC 9110, 14.4), such as `bytes 0-99/1000`; null where it is no such thing. */
export function contentRangeOf(
  header: string,
): { readonly first: number; readonly last: number; readonly size: number } | null {
  const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(header.trim()) ?? [];
  if (first === undefined || last === undefined || size === undefined) return null;
  const range = { first: Number(first), last: Number(last), size: Number(size) };
  return range.first <= range.last && range.last < range.size ? range : null;
}
