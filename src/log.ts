import { pino, type Logger } from 'pino';

export type Log = Logger;

/** Structured logs as JSON lines on stderr (stdout is for the ready line). What looks like a secret is redacted by name. */
export function createLog(level: string): Log {
  const names = ['password', 'passphrase', 'privateKey', 'token', 'authorization', 'secret', 'verifier'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
