import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, readlink, realpath, rm } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { systemRoot } from '../../src/db/embedded/place.js';
import { pathsOf, shared } from '../../src/providers/local/paths.js';

/** What a data directory has outside of itself: found by looking at the machine, not by asking the program. */

const below = (path: string, directories: readonly string[]): boolean =>
  directories.some((directory) => path === directory || path.startsWith(directory + sep));

/** The real paths of a data directory: for root its parts may be links to places elsewhere. */
async function placesOf(dataDir: string): Promise<string[]> {
  const paths = [dataDir, join(dataDir, 'servers'), join(dataDir, 'postgresql')];
  const real = await Promise.all(paths.map((path) => realpath(path).catch(() => path)));
  return [...new Set([dataDir, ...real])];
}

async function belongs(pid: string, places: readonly string[]): Promise<boolean> {
  const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
  const server = /(?:^|\0)DTROVE_SERVER=([^\0]*)/.exec(environment)?.[1] ?? '';
  return below(cwd.replace(/ \(deleted\)$/, ''), places) || below(server, places);
}

/** The pids of all that runs below a data directory: databases, and commands of its servers. */
export async function processesOf(dataDir: string): Promise<number[]> {
  const places = await placesOf(dataDir);
  // Where there is no /proc, databases at least are known by their lock files.
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const mine = await Promise.all(pids.map((pid) => belongs(pid, places)));
  const databases = await Promise.all(places.map(postmasters));
  return [...new Set([...databases.flat(), ...pids.filter((_, i) => mine[i]).map(Number)])];
}

/** The pids of all PostgreSQL servers whose data lie below a directory. */
export async function postmasters(path: string): Promise<number[]> {
  const entries = await readdir(path, { withFileTypes: true, recursive: true }).catch(() => []);
  const files = entries
    .filter(({ name }) => name === 'postmaster.pid')
    .map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.map((text) => Number(text.split('\n')[0])).filter((pid) => pid > 0 && alive(pid));
}

/** Whether a process runs; one that has ended and waits for init to notice does not. */
export function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const stat = `/proc/${pid}/stat`;
  return !existsSync(stat) || !/\) Z /.test(readFileSync(stat, 'utf8'));
}

/** The ports that servers of a data directory have reserved, whoever runs them: the paths of the reservations. */
export async function reservationsOf(dataDir: string): Promise<string[]> {
  const places = await placesOf(dataDir);
  const users = (await readdir(dirname(shared))).filter((name) => /^dtrove-\d+$/.test(name));
  const directories = users.map((name) => join(dirname(shared), name, 'ports'));
  const ports = await Promise.all(
    directories.map(async (path) => (await readdir(path).catch(() => [])).map((port) => join(path, port))),
  );
  const holders = await Promise.all(ports.flat().map((port) => readlink(port).catch(() => '')));
  return ports.flat().filter((_, i) => below(holders[i] ?? '', places));
}

/** The servers of a data directory, dead or alive, by the names of their directories. */
export const serversOf = (dataDir: string): Promise<string[]> => readdir(join(dataDir, 'servers')).catch(() => []);

/** Where a server keeps its sockets: outside of its directory where that has a long name. */
export const runDirOf = async (dataDir: string, key: string): Promise<string> =>
  pathsOf(await realpath(join(dataDir, 'servers')), key).run;

/** All that servers have on this machine: those of a data directory, and the sockets of those named. */
export async function tracesOf(dataDir: string, keys: readonly string[] = []) {
  const runDirs = await Promise.all(keys.map((key) => runDirOf(dataDir, key)));
  return {
    servers: await serversOf(dataDir),
    reservations: await reservationsOf(dataDir),
    runDirs: runDirs.filter((path) => existsSync(path)),
    processes: await processesOf(join(dataDir, 'servers')),
  };
}

export const noTraces = { servers: [], reservations: [], runDirs: [], processes: [] };

/** Ends all processes of a data directory and removes it, with all that it has elsewhere. */
export async function wipe(dataDir: string): Promise<void> {
  await endProcesses(dataDir);
  const keys = (await serversOf(dataDir))
    .map((name) => name.replace(/^\.doomed-/, ''))
    .filter((name) => name[0] !== '.');
  const elsewhere = [
    ...(await reservationsOf(dataDir)),
    ...(await Promise.all(keys.map((key) => runDirOf(dataDir, key)))),
    ...(await placesOf(dataDir)).map((place) => (below(place, [systemRoot]) ? dirname(place) : place)),
  ];
  for (const path of elsewhere) await rm(path, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}

export async function endProcesses(dataDir: string): Promise<void> {
  for (const pid of await processesOf(dataDir)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended by itself meanwhile.
    }
  }
}
