import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, runsIn } from './process.js';

/** A running server, by its own postmaster.pid. */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  /** False while it starts, recovers or stops. */
  readonly ready: boolean;
}

/**
 * The server that runs on the database directory `data` (a real path); null when none does, also when its
 * postmaster.pid is stale and the pid is somebody else's by now.
 */
export async function postmasterOf(data: string): Promise<Postmaster | null> {
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid = '', , , port = '', , , , status = ''] = text.split('\n');
  const number = Number(pid);
  if (!Number.isInteger(number) || number <= 0 || (await identityOf(number)) === null) return null;
  if ((await runsIn(number, data)) === false) return null;
  return { pid: number, port: Number(port), ready: status.trim() === 'ready' };
}

const level = /^.*?\b(FATAL|PANIC|ERROR|HINT|DETAIL|LOG|error): +/;
const routine =
  /\bLOG: +(starting|listening|database system|redo|checkpoint|shutting|all server processes|invalid record)/;

/** What PostgreSQL failed with, in one line, from all that it wrote; empty when it wrote nothing. */
export function wordsOf(text: string): string {
  const lines = text.trimEnd().split('\n').slice(-40);
  // What is wrong in a configuration stands in a LOG line before the FATAL one.
  const telling = lines.filter((line) => level.test(line) && !routine.test(line));
  const words = (telling.length > 0 ? telling.slice(-3) : lines.slice(-1)).map((line) =>
    line.replace(level, '').trim(),
  );
  return [...new Set(words)].join('; ');
}

/** PostgreSQL's own last words in its log after the byte `from`. */
export async function lastWords(log: string, from: number): Promise<string> {
  const text = await readFile(log).catch(() => Buffer.alloc(0));
  return wordsOf(text.subarray(from).toString());
}
