import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, unlink, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../errors.js';
import { identityOf } from './process.js';

interface Holder {
  readonly pid: number;
  readonly identity: string;
  readonly text: string;
}

async function holderOf(path: string): Promise<Holder | null> {
  try {
    const text = await readFile(path, 'utf8');
    const [pid = '', identity = ''] = text.split('\n');
    return { pid: Number(pid), identity, text };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const lives = async ({ pid, identity }: Holder): Promise<boolean> => (await identityOf(pid)) === identity;

/** Our claim as a file of its own: to be linked or renamed into place, so that no one ever reads half of it. */
async function draft(path: string): Promise<string> {
  const own = `${path}.${randomUUID()}`;
  const identity = (await identityOf(process.pid)) ?? '';
  try {
    await writeFile(own, `${String(process.pid)}\n${identity}\n${randomUUID()}\n`, { mode: 0o600, flag: 'wx' });
    return own;
  } catch (error) {
    await rm(own, { force: true });
    throw error;
  }
}

const tryLink = (from: string, to: string): Promise<boolean> =>
  link(from, to).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    },
  );

/** Takes the lock, or names the live process that has it. */
async function take(path: string): Promise<Holder | null> {
  const own = await draft(path);
  try {
    for (;;) {
      const created = await tryLink(own, path);
      if (created) return null;
      const holder = await holderOf(path);
      if (holder === null) continue;
      if (await lives(holder)) return holder;
      // Taking over is guarded by a lock of its own: two that saw the same dead holder must not undo each other.
      if (await take(`${path}.takeover`)) {
        await delay(5);
        continue;
      }
      try {
        if ((await holderOf(path))?.text !== holder.text) continue;
        await rename(own, path);
        return null;
      } finally {
        await unlink(`${path}.takeover`);
      }
    }
  } finally {
    await unlink(own).catch(() => undefined);
  }
}

/**
 * Holds the lock file at `path` for this process, until `release`. One whose holder has died is taken over.
 * Throws DomainError CONFLICT naming the pid that holds it.
 */
export async function lock(path: string, what: string): Promise<{ release(): Promise<void> }> {
  const holder = await take(path);
  if (holder) {
    throw new DomainError('CONFLICT', `${what} is in use by another process, pid ${String(holder.pid)} (${path})`);
  }
  return { release: () => rm(path, { force: true }) };
}
