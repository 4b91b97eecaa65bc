import { chmod, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onCleanUp } from './clean-up.mjs';

/** A new directory that the service user can pass through, and how it is removed early. */
export async function makePlace() {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'dtrove-bench-')));
  const remove = onCleanUp(() => rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  await chmod(path, 0o755);
  return { path, remove };
}
