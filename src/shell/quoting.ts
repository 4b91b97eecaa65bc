// `"$(…)"`, `"${…}"` and `"$((…))"` that quote in a way which needs no parser to follow.
const substitution = /^\$\((?:[^"'`()\\]|"[^"'`()\\]*"|'[^']*')*\)/;
const expansion = /^\$\{[^"'`{}\\]*\}/;
const arithmetic = /^\$\(\([^"'`]*?\)\)/;

/** The length of the construct that starts with `$`, or a throw where a placeholder after it could be quoted wrongly. */
function dollar(rest: string, quoted: boolean): number {
  const shapes = quoted ? [arithmetic, expansion, substitution] : [arithmetic, expansion];
  for (const shape of shapes) {
    const found = shape.exec(rest);
    if (found) return found[0].length;
  }
  if (/^\$(\{|\(\(|'|$)/.test(rest) || (quoted && rest.startsWith('$('))) {
    throw new TypeError(`a placeholder follows ${rest.slice(0, 20)}, which is too clever to be quoted safely`);
  }
  return 1;
}

/**
 * Throws a TypeError unless a quoted word is safe right after `text`: not inside quotes, a comment, a here-document,
 * backticks or an unfinished expansion, and not after a backslash or a dollar.
 */
export function assertUnquoted(text: string): void {
  let open: "'" | '"' | null = null;
  let i = 0;
  while (i < text.length) {
    const char = text.charAt(i);
    const rest = text.slice(i);
    if (open === "'") {
      if (char === "'") open = null;
      i += 1;
    } else if (char === '\\') {
      if (rest.length === 1) throw new TypeError('a placeholder follows a backslash');
      i += 2;
    } else if (char === '`') {
      throw new TypeError('a placeholder follows backticks: write $(…)');
    } else if (char === '$') {
      i += dollar(rest, open !== null);
    } else if (open === '"') {
      if (char === '"') open = null;
      i += 1;
    } else if (char === '#' && /(^|[\s;&|()<>])$/.test(text.slice(0, i))) {
      // A newline in the value would end the comment and run the rest.
      const end = rest.indexOf('\n');
      if (end < 0) throw new TypeError('a placeholder stands inside a comment');
      i += end;
    } else if (rest.startsWith('<<')) {
      throw new TypeError('a placeholder follows a here-document: pass the text on stdin');
    } else {
      if (char === "'" || char === '"') open = char;
      i += 1;
    }
  }
  if (open !== null) throw new TypeError(`a placeholder stands inside ${open} quotes: take the quotes away`);
}
