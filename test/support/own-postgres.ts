import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { asUser, serviceUser } from '../../src/db/embedded/service-user.js';
import { freePort } from './free-port.js';
import { until } from './until.js';

const run = promisify(execFile);
const root = '/usr/lib/postgresql';
const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(b) - Number(a)) : [];

/** The directory of a PostgreSQL that this computer's packages have brought, server and clients; null where there is none. */
export const ownPrograms =
  versions
    .map((version) => join(root, version, 'bin'))
    .find((bin) => ['initdb', 'postgres', 'pg_dump', 'pg_restore'].every((name) => existsSync(join(bin, name)))) ??
  null;

/** A PostgreSQL of the operator's own, with the programs that come with it. */
export interface OwnPostgres {
  /** Makes a database; its URL. */
  database(name: string): Promise<string>;
  /** Runs one of its client programs as an operator does. */
  client(name: 'pg_dump' | 'pg_restore', ...args: readonly string[]): Promise<unknown>;
  stop(): Promise<void>;
}

/** Starts one in a directory. */
export async function startOwnPostgres(bin: string, directory: string): Promise<OwnPostgres> {
  const user = await serviceUser();
  const data = join(directory, 'own-postgresql');
  await mkdir(data, { mode: 0o700 });
  if (user !== null) await chown(data, user.uid, user.gid);
  const as = { ...asUser(user), cwd: '/', env: { PATH: '/usr/bin:/bin', LC_ALL: 'C' } };
  await run(join(bin, 'initdb'), ['-D', data, '-U', 'operator', '--auth=trust', '--no-sync'], as);
  const port = await freePort();
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const options = settings.flatMap((setting) => ['-c', setting]);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-p', String(port), ...options], { ...as, stdio: 'ignore' });
  const ended = once(server, 'close');
  const url = (name: string): string => `postgres://operator@127.0.0.1:${port}/${name}`;
  const ask = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url('postgres') });
    await client.connect();
    await client.query(sql).finally(() => client.end());
  };
  await until('PostgreSQL answers', () =>
    ask('SELECT 1').then(
      () => true,
      () => false,
    ),
  );
  return {
    database: async (name) => {
      await ask(`CREATE DATABASE ${name}`);
      return url(name);
    },
    client: (name, ...args) => run(join(bin, name), [...args]),
    stop: async () => {
      server.kill('SIGINT');
      await ended;
    },
  };
}
