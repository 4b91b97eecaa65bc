import { DomainError } from '../../errors.js';

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
};

/** A text between double quotes, as an option file has it: what is escaped there is a short list. */
function quoteText(text: string): string {
  const escaped = text.replaceAll(/[\\"\n\r\t\b]/g, (char) => escapes[char] ?? char);
  if (/\p{Cc}/u.test(escaped)) throw new TypeError('a setting cannot hold a control character');
  return `"${escaped}"`;
}

/** A value of the option file: booleans as ON and OFF, numbers bare, texts quoted. */
export function quoteSetting(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'ON' : 'OFF';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return quoteText(value);
  throw new TypeError('a setting is a text, a finite number or a boolean');
}

const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b' };

/** What {@link quoteSetting} wrote, as a text. */
export const unquoteSetting = (text: string): string =>
  text.startsWith('"')
    ? text
        .trim()
        .slice(1, -1)
        .replaceAll(/\\(.)/g, (_, char: string) => meant[char] ?? char)
    : text.trim();

/** An SQL text, quoted; right where `sql_mode` has no NO_BACKSLASH_ESCAPES (see {@link plainMode}). */
export const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Takes away what a user's own `sql_mode` would make of the statements that follow. */
export const plainMode = "SET SESSION sql_mode = '';\n";

const named = /^[a-z_][a-z0-9_]{0,31}$/;

/** The account of that name from any address. */
export function account(name: string): string {
  if (named.test(name) && !['root', 'mysql'].includes(name)) return `${literal(name)}@'%'`;
  throw new DomainError('BAD_USER_INPUT', `${name} cannot be the name of a user made by DTrove`);
}
