import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { processesOf } from './leftovers.js';

/** Takes a server of the provider local away, behind everybody's back. */
export async function rob(dataDir: string, server: string): Promise<void> {
  const home = join(dataDir, 'servers', server);
  for (const pid of await processesOf(home)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
}
