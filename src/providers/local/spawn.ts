import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { asUser } from '../../db/embedded/service-user.js';
import type { Ground } from './ground.js';
import type { ServerPaths } from './paths.js';

/** Marks every process that belongs to a server, however far it is from the one that we started. */
export const markOf = (home: string): string => `DTROVE_SERVER=${home}`;

/** All that a server's process sees of an environment; nothing of ours. */
function environment(
  { pg, tools, clients, user }: Ground,
  login: string,
  { home, run }: ServerPaths,
): NodeJS.ProcessEnv {
  const name = user?.name ?? login;
  const path = [tools, pg.binDir, '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'];
  return {
    PATH: path.join(':'),
    HOME: home,
    USER: name,
    LOGNAME: name,
    SHELL: '/bin/sh',
    LC_ALL: 'C',
    DTROVE_INIT: 'local',
    DTROVE_RUN_DIR: run,
    DTROVE_POSTGRES_BIN: clients,
    DTROVE_SERVER: home,
  };
}

/** Runs a shell command on a server, in a session of its own. */
export const spawnOn = (
  ground: Ground,
  login: string,
  paths: ServerPaths,
  command: string,
): ChildProcessWithoutNullStreams =>
  spawn('/bin/sh', ['-c', command], {
    ...asUser(ground.user),
    cwd: paths.home,
    env: environment(ground, login, paths),
    detached: true,
    stdio: 'pipe',
  });
