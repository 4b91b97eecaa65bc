import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onCleanUp } from './clean-up.mjs';

/**
 * Starts a part of a bench in a process of its own, and waits for its first message.
 * @param {string} file @param {readonly string[]} args @param {Record<string, string>} [env]
 */
export async function startChild(file, args = [], env = {}) {
  const child = fork(join(import.meta.dirname, file), [...args], { detached: true, env: { ...process.env, ...env } });
  const gone = once(child, 'close');
  const stop = onCleanUp(async () => {
    child.kill();
    await gone;
  });
  const message = () =>
    Promise.race([
      once(child, 'message').then(([said]) => said),
      gone.then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`))),
    ]);
  const first = await message();
  return { child, first, message, stop, pid: child.pid ?? 0 };
}
