/**
 * A value as postgresql.conf takes it: numbers and booleans bare, texts between single quotes with `'` and `\` doubled
 * and line ends escaped (PostgreSQL, "Setting Parameters": 19.1.2). Throws a TypeError on what no file can hold.
 */
export function quoteSetting(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value !== 'string') throw new TypeError('a setting is a text, a finite number or a boolean');
  if (value.includes('\0')) throw new TypeError('a setting cannot hold a NUL byte');
  const escaped = value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r');
  return `'${escaped}'`;
}

/** A libpq connection string (34.1.1.1): every value quoted. */
export const conninfo = (parameters: Readonly<Record<string, string | number>>): string =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}='${String(value).replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`)
    .join(' ');

/** An SQL identifier, quoted. */
export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** An SQL text, quoted; right with `standard_conforming_strings`, which is PostgreSQL's default. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A field of a password file (34.16). */
export const passfileField = (text: string): string => text.replaceAll('\\', '\\\\').replaceAll(':', '\\:');

/** What {@link quoteSetting} wrote, as a text. */
export const unquoteSetting = (text: string): string =>
  text.startsWith("'")
    ? text
        .trim()
        .slice(1, -1)
        .replaceAll(/''|\\([\\nr])/g, (found, escaped?: string) =>
          escaped === undefined ? "'" : escaped === 'n' ? '\n' : escaped === 'r' ? '\r' : found.slice(1),
        )
    : text.trim();
