import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** A process of a test's own, over compiled code (`npm test` builds it first). */
export interface Program<T> {
  readonly child: ChildProcess;
  /** What its first line says. */
  readonly said: T;
  /** Ends it as a crash does. */
  kill(): Promise<void>;
}

/** Starts `test/support/programs/<name>.mjs`. Throws with its stderr where it ends before it has said anything. */
export async function startProgram<T>(name: string, args: readonly string[]): Promise<Program<T>> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', `${name}.mjs`), ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close');
  const line = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text)),
    ended.then(() => {
      throw new Error(stderr);
    }),
  ]);
  return {
    child,
    said: JSON.parse(line) as T,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
