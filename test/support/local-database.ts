import { readdir, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf } from '../../src/db/embedded/process.js';
import { sh } from '../../src/shell/command.js';
import type { LocalWorker } from './local-worker.js';

export const isGone = async (pid: number): Promise<boolean> => (await identityOf(pid)) === null;

/** A database that a manager might have made: its directory, and an autostart script that starts it. */
export const makeDatabase = (port: number) => sh`
initdb -D data -U postgres --auth=trust --no-sync >/dev/null || exit
printf "port=%s\\nunix_socket_directories=''\\nlisten_addresses='127.0.0.1'\\n" ${port} >>data/postgresql.conf
printf '%s\\n' '#!/bin/sh' 'pg_ctl -D data status >/dev/null || pg_ctl -D data -l log -w start >/dev/null' >autostart/db
chmod +x autostart/db
autostart/db`;

/** The pid of the database on a server. Throws where none runs. */
export async function pidOf(worker: LocalWorker, server: { sshPort: number }): Promise<number> {
  const pid = Number((await worker.remote(server).run(sh`head -n 1 data/postmaster.pid`)).stdout);
  if (pid > 1) return pid;
  throw new Error('no database runs there');
}

/** The ports that servers of a data directory have reserved. */
export async function reservations(dataDir: string): Promise<string[]> {
  const directory = join(`/tmp/dtrove-${process.getuid?.() ?? 0}`, 'ports');
  const home = await realpath(join(dataDir, 'servers'));
  const ports = await readdir(directory);
  const holders = await Promise.all(ports.map((port) => readlink(join(directory, port)).catch(() => '')));
  return ports.filter((_, i) => holders[i]?.startsWith(`${home}/`));
}
