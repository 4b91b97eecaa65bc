// What a semicolon does not end: comments, texts, names, and dollar-quoted bodies.
const token = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`[eE]'(?:[^'\\]|\\.|'')*'`,
    String.raw`'(?:[^']|'')*'`,
    String.raw`"(?:[^"]|"")*"`,
    String.raw`\$([A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$`,
    String.raw`[\w\u0080-\uffff][\w$\u0080-\uffff]*`,
    String.raw`/\*|[;()]|[^]`,
  ].join('|'),
  'gsu',
);

/** Where the comment ends that begins at `at`; comments nest. */
function endOfComment(sql: string, at: number): number {
  const mark = /\/\*|\*\//g;
  mark.lastIndex = at;
  for (let depth = 0, found = mark.exec(sql); found; found = mark.exec(sql)) {
    depth += found[0] === '/*' ? 1 : -1;
    if (depth === 0) return mark.lastIndex;
  }
  return sql.length;
}

const isEmpty = (statement: string): boolean => /^(?:\s|--[^\n]*(?:\n|$))*$/.test(statement);

/** The statements of a script, each to be sent by itself, as psql does. */
export function split(sql: string): string[] {
  const statements: string[] = [];
  let start = 0;
  let depth = 0;
  token.lastIndex = 0;
  for (let found = token.exec(sql); found; found = token.exec(sql)) {
    const [text, tag] = found;
    if (text === '/*') token.lastIndex = endOfComment(sql, found.index);
    else if (text.startsWith('$') && text.endsWith('$') && text.length > 1) {
      const end = sql.indexOf(`$${tag ?? ''}$`, token.lastIndex);
      token.lastIndex = end < 0 ? sql.length : end + text.length;
    } else if (text === '(') depth += 1;
    else if (text === ')') depth = Math.max(0, depth - 1);
    else if (text === ';' && depth === 0) {
      statements.push(sql.slice(start, token.lastIndex));
      start = token.lastIndex;
    }
  }
  return [...statements, sql.slice(start)].filter((statement) => !isEmpty(statement) && statement.trim() !== ';');
}
