import { spawn } from 'node:child_process';
import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { DomainError } from '../../errors.js';
import type { Distribution } from './distribution.js';
import { freePort, isFree } from './ports.js';
import { lastWords, postmasterOf, type Postmaster } from './postmaster.js';
import { anyoneIn, until } from './process.js';
import { asUser, type ServiceUser } from './service-user.js';
import { settings } from './settings.js';

/** Below the ports that a system hands out by itself, so that ours is seldom taken at the next start. */
const range = [14432, 15431] as const;
const logLimit = 1_000_000;
const startTimeoutMs = 120_000;

/** The port of last time while it is free, else another one, kept in the file. */
async function choosePort(file: string): Promise<number> {
  const kept = Number(await readFile(file, 'utf8').catch(() => ''));
  if (Number.isInteger(kept) && kept > 1023 && kept < 65536 && (await isFree(kept))) return kept;
  const port = await freePort(...range);
  await writeFile(file, `${String(port)}\n`);
  return port;
}

/** Opens the log at its end; one that has grown large makes room first. */
async function openLog(path: string) {
  const { size } = await stat(path).catch(() => ({ size: 0 }));
  if (size > logLimit) await rename(path, `${path}.1`);
  return open(path, 'a', 0o600);
}

type Start = { readonly postmaster: Postmaster } | { readonly words: string };

/** Starts it once, in a session of its own so that it outlives us: it is ready, or it ended with these words. */
async function attempt(place: string, data: string, pg: Distribution, user: ServiceUser | null): Promise<Start> {
  const port = await choosePort(join(place, 'port'));
  const logPath = join(place, 'log');
  const log = await openLog(logPath);
  const from = (await log.stat()).size;
  const child = spawn(join(pg.binDir, 'postgres'), ['-D', data, ...settings(port)], {
    ...asUser(user),
    cwd: '/',
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' },
    stdio: ['ignore', log.fd, log.fd],
    detached: true,
  });
  let ended: string | null = null;
  child.on('error', (error) => (ended = error.message));
  child.on('exit', (code, signal) => (ended = `exit ${String(code ?? signal)}`));
  child.unref();
  await log.close();
  const result = await until<Start>(startTimeoutMs, async () => {
    if (ended !== null) return { words: (await lastWords(logPath, from)) || ended };
    const postmaster = await postmasterOf(data);
    return postmaster?.ready === true && postmaster.pid === child.pid ? { postmaster } : null;
  });
  return result ?? { words: `it was not ready after ${String(startTimeoutMs / 1000)} s` };
}

/** Starts the server on `data`. Throws DomainError UNAVAILABLE with PostgreSQL's own last words. */
export async function launch(
  place: string,
  data: string,
  pg: Distribution,
  user: ServiceUser | null,
): Promise<Postmaster> {
  for (let tries = 1; ; tries += 1) {
    const start = await attempt(place, data, pg, user);
    if ('postmaster' in start) return start.postmaster;
    const portTaken = /could not bind|could not create any TCP/.test(start.words);
    const leaving = /pre-existing shared memory/.test(start.words);
    // Somebody else has the pid by now: PostgreSQL cannot tell, but where nobody runs in the directory, we can.
    const stale = /lock file .* already exists/.test(start.words) && !(await anyoneIn(data));
    if (tries > 20 || !(portTaken || leaving || stale)) {
      throw new DomainError(
        'UNAVAILABLE',
        `the embedded PostgreSQL does not start: ${start.words} (${join(place, 'log')})`,
      );
    }
    if (stale) await rm(join(data, 'postmaster.pid'), { force: true });
    if (leaving) await delay(250);
  }
}
