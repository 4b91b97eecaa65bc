import { rename, rm, stat } from 'node:fs/promises';
import type { Ground } from './ground.js';
import { pathsOf } from './paths.js';
import { endProcesses } from './processes.js';
import { release } from './reserve.js';

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/**
 * Ends and removes all that belongs to a server, and waits until it is gone; of one that is gone already, what is left.
 * It loses its name first, so that no process takes it for a living one; called again, it goes on from there.
 * `stopServing` tells which commands are known to run on it.
 */
export async function destroyServer(
  ground: Ground,
  key: string,
  stopServing: () => Promise<readonly number[]>,
): Promise<void> {
  const { home, doomed, run } = pathsOf(ground.servers, key);
  // Doomed already, and made again by somebody who did not know: that one goes first.
  if ((await isThere(doomed)) && (await isThere(home))) await remove(ground, doomed, home, []);
  await rename(home, doomed).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  });
  await remove(ground, doomed, home, await stopServing());
  await rm(run, { recursive: true, force: true });
  await release(home);
}

async function remove({ user }: Ground, directory: string, home: string, running: readonly number[]): Promise<void> {
  await endProcesses(home, directory, user, running);
  await rm(directory, { recursive: true, force: true, maxRetries: 3 });
}
