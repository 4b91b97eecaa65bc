/** A text as PostgreSQL can keep it: without zero bytes, and with no half of a surrogate pair. */
export const storable = (text: string): string => Buffer.from(text).toString().replaceAll('\0', '\uFFFD');

/** The last `limit` bytes of a text, as far as they are whole characters. */
export function lastBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text).subarray(-limit);
  const begin = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
  return begin < 0 ? '' : bytes.subarray(begin).toString();
}
