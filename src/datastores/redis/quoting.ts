const escapes: Readonly<Record<string, string>> = { '\\': '\\\\', '"': '\\"', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (char: string): string => escapes[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;

/** A word between double quotes, as the configuration file and redis-cli read it (sdssplitargs of the server's source). */
export function quoteWord(word: string): string {
  if (word.includes('\0')) throw new TypeError('a setting cannot hold a NUL byte');
  return `"${word.replaceAll(/["\\]|\p{Cc}/gu, escaped)}"`;
}

const meant: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

/** The words of a line, as {@link quoteWord} wrote them or bare. */
export const splitWords = (line: string): string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted === undefined
      ? (bare ?? '')
      : quoted.replaceAll(/\\(?:x([0-9a-f]{2})|(.))/g, (_, hex: string | undefined, char: string | undefined) =>
          hex === undefined ? (meant[char ?? ''] ?? char ?? '') : String.fromCharCode(Number.parseInt(hex, 16)),
        ),
  );

/** A value of the configuration file: booleans as yes and no, numbers bare, texts quoted, of a list each word. */
export function quoteSetting(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number' && Number.isFinite(value)) return String(value);
  if (typeof value === 'string') return quoteWord(value);
  if (Array.isArray(value)) return value.map(quoteSetting).join(' ');
  throw new TypeError('a setting is a text, a finite number, a boolean or a list of those');
}
