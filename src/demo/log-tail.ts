import { readFileSync } from 'node:fs';

const LINES = 8;
const WIDTH = 400;
/** As pino counts. */
const WARNING = 40;
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
  return [...lines.flatMap(wordsOf).slice(-LINES), `The whole log: ${path}`];
}

/** The words of a warning or worse; a plain line as it is; nothing of what only tells how things go on. */
function wordsOf(line: string): string[] {
  const entry = parsed(line);
  if (entry === undefined) return [line.slice(0, WIDTH)];
  const { level = WARNING, msg, err } = entry;
  if (level < WARNING) return [];
  const words = [msg, err?.message].filter((part) => part !== undefined);
  return [words.join(': ').slice(0, WIDTH)];
}

function parsed(line: string): { level?: number; msg?: string; err?: { message?: string } } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as ReturnType<typeof parsed>;
  } catch {
    return undefined;
  }
}
