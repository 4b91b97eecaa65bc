import { readFile } from 'node:fs/promises';

/** How many a process needs beside its clients. */
const others = 200;

/** Throws, saying what to do, where a process of this user may not have so many connections open. @param {number} clients */
export async function assertFiles(clients) {
  const text = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  // Node raises the soft limit to the hard one by itself.
  const hard = Number(/^Max open files\s+\S+\s+(\d+)/m.exec(text)?.[1] ?? Infinity);
  const needed = clients + others;
  if (hard >= needed) return;
  throw new Error(
    `${clients} clients need ${needed} open files in each of two processes, and this user may have ${hard}: ` +
      `run \`ulimit -Hn ${needed}\` as root first, or give fewer with --clients`,
  );
}
