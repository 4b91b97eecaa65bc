import { pino } from 'pino';
import type { Log } from '../../src/log.js';

/** Logs nothing. */
export const quiet: Log = pino({ level: 'silent' });

/** A log whose lines a test can read. */
export function recordingLog(): { readonly log: Log; readonly lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as Record<string, unknown>);
  };
  return { log: pino({ level: 'trace', base: null }, { write }), lines };
}
