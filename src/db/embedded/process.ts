import { execFile } from 'node:child_process';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ps = async (pid: number, column: string): Promise<string | null> => {
  try {
    const { stdout } = await run('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { env: { LC_ALL: 'C' } });
    return stdout.trim() || null;
  } catch {
    return null;
  }
};

/** The fields of /proc/<pid>/stat from the state on: the name before them may hold spaces and brackets. */
async function statOf(pid: number): Promise<string[] | null> {
  try {
    const text = await readFile(`/proc/${String(pid)}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return null;
  }
}

/**
 * What tells one process from a later one with the same pid: boot and start time. Null when there is no such process;
 * one that has ended and waits for its parent (a zombie) is none.
 */
export async function identityOf(pid: number): Promise<string | null> {
  if (process.platform !== 'linux') {
    const state = await ps(pid, 'state');
    return state === null || state.startsWith('Z') ? null : ps(pid, 'lstart');
  }
  const [fields, boot] = await Promise.all([statOf(pid), readFile('/proc/sys/kernel/random/boot_id', 'utf8')]);
  if (fields === null || fields[0] === 'Z' || fields[0] === 'X') return null;
  return `${boot.trim()} ${fields[19] ?? ''}`;
}

/** Whether a process runs in `directory`: true, false, or null where the system does not tell. */
export async function runsIn(pid: number, directory: string): Promise<boolean | null> {
  if (process.platform !== 'linux') return (await ps(pid, 'command'))?.includes(directory) ?? false;
  try {
    return (await readlink(`/proc/${String(pid)}/cwd`)) === directory;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EACCES' ? null : false;
  }
}

/** Sends a signal; false when there is no such process. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}

/** Asks `probe` every few milliseconds until it answers something other than null; null after `timeoutMs`. */
export async function until<T>(timeoutMs: number, probe: () => Promise<T | null>): Promise<T | null> {
  const end = performance.now() + timeoutMs;
  for (let pause = 5; ; pause = Math.min(pause * 1.5, 100)) {
    const answer = await probe();
    if (answer !== null || performance.now() > end) return answer;
    await delay(pause);
  }
}

/** Waits until the process is gone; false when it is still there after `timeoutMs`. */
export async function gone(pid: number, timeoutMs: number): Promise<boolean> {
  return (await until(timeoutMs, async () => ((await identityOf(pid)) === null ? true : null))) ?? false;
}

/** Whether any process at all runs in `directory`. Where the system has no /proc: unknown, so no. */
export async function anyoneIn(directory: string): Promise<boolean> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => runsIn(Number(pid), directory)));
  return found.includes(true);
}
