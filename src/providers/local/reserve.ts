import { lstat, mkdir, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isFree, portsOf } from '../../db/embedded/ports.js';
import { DomainError } from '../../errors.js';
import type { Ground } from './ground.js';
import { shared } from './paths.js';
import { keysIn, recordOf } from './record.js';

// A reservation is a link `<port>` to the directory of the server that has it: made at once with its content, by one
// process only, and seen to be stale when that directory is not there.
const directory = join(shared, 'ports');
const abandonedAfterMs = 300_000;

const holderOf = (port: string): Promise<string | null> => readlink(join(directory, port)).catch(() => null);

interface Reservation {
  readonly what: string;
  readonly port: number;
}

/** What the server of a directory has reserved. */
async function reservedFor(home: string): Promise<Reservation[]> {
  const ports = await readdir(directory).catch(() => []);
  const holders = await Promise.all(ports.map(async (port) => [await holderOf(port), Number(port)] as const));
  return holders.flatMap(([holder, port]) =>
    holder?.startsWith(`${home}/`) ? [{ what: holder.slice(home.length + 1), port }] : [],
  );
}

const take = (home: string, what: string, port: number): Promise<boolean> =>
  symlink(join(home, what), join(directory, String(port))).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    },
  );

/** What the servers of this data directory have, also while their databases are down and /tmp was emptied. */
async function taken({ servers }: Ground): Promise<Set<number>> {
  const records = await Promise.all(
    (await keysIn(servers)).living.map((key) => recordOf(servers, key).catch(() => null)),
  );
  return new Set(records.flatMap((record) => (record ? [record.sshPort, record.port] : [])));
}

/**
 * Two ports for the server in `home`: the same ones again when it is asked again, and never another server's.
 * Throws NO_CAPACITY when the range is used up.
 */
export async function reserve(ground: Ground, home: string): Promise<{ ssh: number; database: number }> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const [mine, others] = await Promise.all([reservedFor(home), taken(ground)]);
  const next = async (what: string): Promise<number> => {
    // From an attempt that was interrupted.
    for (const { what: purpose, port } of mine) if (purpose === what && (await isFree(port))) return port;
    for (const port of portsOf(...ground.ports)) {
      if (others.has(port) || !(await isFree(port))) continue;
      if (await take(home, what, port)) return port;
    }
    const [first, last] = ground.ports;
    throw new DomainError('NO_CAPACITY', `all ports from ${String(first)} to ${String(last)} are taken`);
  };
  return { ssh: await next('ssh'), database: await next('database') };
}

/** Lets go of all ports of the server in `home`. */
export async function release(home: string): Promise<void> {
  for (const { port } of await reservedFor(home)) await unlink(join(directory, String(port))).catch(() => undefined);
}

/** Reserves again what a server has, after a reboot. */
export async function reserveAgain(home: string, ports: { ssh: number; database: number }): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await take(home, 'ssh', ports.ssh);
  await take(home, 'database', ports.database);
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    (error: unknown) => !['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? ''),
  );

/** Removes reservations whose server was never finished, or went with its data directory. */
export async function sweepReservations(): Promise<void> {
  for (const port of await readdir(directory).catch(() => [])) {
    const path = join(directory, port);
    const holder = await holderOf(port);
    const made = await lstat(path).catch(() => null);
    if (holder === null || made === null || Date.now() - made.mtimeMs < abandonedAfterMs) continue;
    if (!(await exists(join(holder, '..', 'server.json')))) await unlink(path).catch(() => undefined);
  }
}
