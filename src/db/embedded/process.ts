import { execFile } from 'node:child_process';
import { readdir, readFile, readlink, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

const ps = async (pid: number, column: string): Promise<string | null> => {
  const env = { LC_ALL: 'C', TZ: 'UTC' };
  try {
    return (await run('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], { env })).stdout.trim() || null;
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

/** When a process began, as the system spells it: with the pid it names one process of this boot. Null when there is
 * none; one that has ended and waits for its parent (a zombie) is none. */
export async function birthOf(pid: number): Promise<string | null> {
  if (process.platform === 'linux') {
    const fields = await statOf(pid);
    return fields === null || fields[0] === 'Z' || fields[0] === 'X' ? null : (fields[19] ?? null);
  }
  const state = await ps(pid, 'state');
  return state === null || state.startsWith('Z') ? null : ((await ps(pid, 'lstart'))?.replaceAll(/ +/g, '_') ?? null);
}

/** As {@link birthOf}, and different after a reboot. */
export async function identityOf(pid: number): Promise<string | null> {
  const birth = await birthOf(pid);
  if (birth === null || process.platform !== 'linux') return birth;
  return `${(await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()} ${birth}`;
}

/** The uid that a process runs as; null when there is no such process. */
export async function ownerOf(pid: number): Promise<number | null> {
  if (process.platform !== 'linux') {
    const uid = await ps(pid, 'uid');
    return uid === null ? null : Number(uid) >>> 0;
  }
  return stat(`/proc/${String(pid)}`).then(
    ({ uid }) => uid,
    () => null,
  );
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

/** Sends a signal to a process, or (negative) to its group; false when there is none. Throws on what stands for many. */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  // 0 is our own group, -1 everybody.
  if (!Number.isInteger(pid) || Math.abs(pid) <= 1) throw new RangeError(`${String(pid)} is no process to signal`);
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
