import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { promisify } from 'node:util';
import { birthOf, ownerOf, runsIn, signal, until } from '../../db/embedded/process.js';
import type { ServiceUser } from '../../db/embedded/service-user.js';
import { DomainError } from '../../errors.js';
import { markOf } from './spawn.js';

const politeMs = 5_000;
const patienceMs = 30_000;
const run = promisify(execFile);

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** PostgreSQL's own processes overwrite their environment; they work in its data directory, as no shell does. */
async function isMarked(pid: string, home: string, inside: readonly string[]): Promise<boolean> {
  if ((await textOf(`/proc/${pid}/environ`)).split('\0').includes(markOf(home))) return true;
  const directory = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  if (!inside.some((place) => directory.startsWith(place + sep))) return false;
  return (await textOf(`/proc/${pid}/comm`)).trim() === 'postgres';
}

async function marked(home: string, inside: readonly string[]): Promise<number[]> {
  if (process.platform !== 'linux') {
    const { stdout } = await run('ps', ['-axww', '-E', '-o', 'pid=,command='], { maxBuffer: 64 * 1024 * 1024 });
    const lines = stdout.split('\n').filter((line) => `${line} `.includes(` ${markOf(home)} `));
    return lines.map((line) => Number.parseInt(line, 10));
  }
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(async (pid) => ((await isMarked(pid, home, inside)) ? [Number(pid)] : [])));
  return found.flat();
}

/** Detached jobs that run, by their state files: `running PID BIRTH`. */
async function jobs(directory: string): Promise<number[]> {
  const names = await readdir(join(directory, '.dtrove-jobs')).catch(() => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const [state, pid, birth] = (await textOf(join(directory, '.dtrove-jobs', name, 'state'))).trim().split(' ');
      return state === 'running' && (await birthOf(Number(pid))) === birth ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}

/** Database servers that run below `directory`, by their postmaster.pid. */
async function postmasters(directory: string, home: string, depth = 3): Promise<number[]> {
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  if (entries.some(({ name }) => name === 'PG_VERSION')) {
    const pid = Number.parseInt(await textOf(join(directory, 'postmaster.pid')), 10);
    const runs = pid > 0 && ((await runsIn(pid, directory)) === true || (await runsIn(pid, home)) === true);
    return runs ? [pid] : [];
  }
  if (depth === 0) return [];
  const below = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(directory, name));
  return (await Promise.all(below.map((path) => postmasters(path, home, depth - 1)))).flat();
}

/**
 * Ends every process of the server whose directory was `home` and is now `directory`, and waits until they are gone.
 * Databases are shut down at once, as for a crash: nothing of theirs is kept. Throws PROVIDER_FAILED, retryable.
 */
export async function endProcesses(
  home: string,
  directory: string,
  user: ServiceUser | null,
  known: readonly number[],
): Promise<void> {
  const owner = (user?.uid ?? process.getuid?.() ?? 0) >>> 0;
  const all = async () => {
    const databases = await postmasters(directory, home);
    const lists = await Promise.all([marked(home, [home, directory]), jobs(directory)]);
    const pids = [...new Set([...databases, ...lists.flat(), ...known])];
    // What those files say is theirs to write: nobody else's process is ever ended for it.
    const owners = await Promise.all(pids.map(async (pid) => ((await birthOf(pid)) === null ? null : ownerOf(pid))));
    return { databases, pids: pids.filter((_, i) => owners[i] === owner) };
  };
  const begun = performance.now();
  const ended = await until(patienceMs, async () => {
    const { databases, pids } = await all();
    const polite = performance.now() - begun < politeMs;
    for (const pid of pids) {
      // A database server ends its own processes and gives back its shared memory; they are left to it for a while.
      if (polite && databases.length > 0) {
        if (databases.includes(pid)) signal(pid, 'SIGQUIT');
      } else if (!signal(-pid, 'SIGKILL')) signal(pid, 'SIGKILL');
    }
    return pids.length === 0 ? true : null;
  });
  if (ended === true) return;
  throw new DomainError('PROVIDER_FAILED', `processes of ${home} do not end`, { retryable: true });
}
