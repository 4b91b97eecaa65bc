import { readFileSync } from 'node:fs';

const LINES = 8;
const WIDTH = 400;
const FRAME = /^\s+at |^Node\.js v/;

/** The last lines of a log from byte `from` on, with the words of pino's JSON lines taken out, and where to read the rest. */
export function tailOf(path: string, from = 0): string[] {
  let text: string;
  try {
    text = readFileSync(path).subarray(from).toString('utf8');
  } catch {
    return [];
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !FRAME.test(line));
  return [...lines.slice(-LINES).map(wordsOf), `The whole log: ${path}`];
}

function wordsOf(line: string): string {
  if (!line.startsWith('{')) return line.slice(0, WIDTH);
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message]
      .filter((part) => part !== undefined)
      .join(': ')
      .slice(0, WIDTH);
  } catch {
    return line.slice(0, WIDTH);
  }
}
