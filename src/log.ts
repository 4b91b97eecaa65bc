import { pino, type Logger } from 'pino';

export type Log = Logger;

/** An error as the log has it. Libraries hang whole objects onto theirs, connections with all their settings among them: those stay out. */
export function describeError(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  const code = 'code' in error && typeof error.code === 'string' ? { code: error.code } : {};
  return { type: name, message, ...code, stack, ...(cause === undefined ? {} : { cause: describeError(cause) }) };
}

/** Structured logs as JSON lines on stderr (stdout is for the ready line). What looks like a secret is redacted by name. */
export function createLog(level: string): Log {
  const names = ['password', 'passphrase', 'privateKey', 'token', 'authorization', 'secret', 'verifier'];
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      serializers: { err: describeError },
      redact: { paths: names.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[secret]' },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
