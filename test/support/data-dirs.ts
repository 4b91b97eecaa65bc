import { createHash } from 'node:crypto';
import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Data directories for one test file, and an end of them all. */
export interface DataDirs {
  /** A new one, not made yet, in a directory of its own that is open to all (0755) or to us alone (0700). */
  make(mode?: number): Promise<string>;
  clear(): Promise<void>;
}

export function dataDirs(): DataDirs {
  const made: string[] = [];
  return {
    async make(mode = 0o755) {
      const parent = await realpath(await mkdtemp(join(tmpdir(), 'dtrove-test-')));
      await chmod(parent, mode);
      made.push(parent);
      return join(parent, '.dtrove');
    },
    async clear() {
      for (const parent of made.splice(0)) {
        const hash = createHash('sha256').update(join(parent, '.dtrove')).digest('hex').slice(0, 16);
        await rm(join('/var/lib/dtrove', hash), { recursive: true, force: true });
        await rm(parent, { recursive: true, force: true, maxRetries: 5 });
      }
    },
  };
}
