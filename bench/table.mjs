/**
 * @typedef {object} Table
 * @property {string} title
 * @property {readonly string[]} columns
 * @property {readonly (readonly (string | number)[])[]} rows
 */

const numeric = (text) => /^[<≤]?[\d.]+( (ms|s|MB|%))?$/.test(text);

/** Prints it as Markdown, so that it can go into the documentation as it is. @param {Table} table */
export function print({ title, columns, rows }) {
  const texts = rows.map((row) => row.map(String));
  const widths = columns.map((name, i) => Math.max(name.length, ...texts.map((row) => row[i]?.length ?? 0)));
  const right = columns.map((_, i) => texts.length > 0 && texts.every((row) => numeric(row[i] ?? '')));
  const line = (row) =>
    `| ${row.map((text, i) => (right[i] ? text.padStart(widths[i]) : text.padEnd(widths[i]))).join(' | ')} |`;
  const rule = widths.map((width, i) => (right[i] ? `${'-'.repeat(width - 1)}:` : '-'.repeat(width)));
  console.log([`\n${title}\n`, line(columns), line(rule), ...texts.map(line)].join('\n'));
}

/** @param {number} value */
export const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
