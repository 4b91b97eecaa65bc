import { randomBytes } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { DomainError, messageOf } from '../../errors.js';
import { distribution, type Distribution } from './distribution.js';
import { account, initialise } from './init.js';
import { keepAlive, type Kept } from './keep-alive.js';
import { launch } from './launch.js';
import { lock } from './lock.js';
import { placeFor } from './place.js';
import { postmasterOf, type Postmaster } from './postmaster.js';
import { gone, identityOf, signal, until } from './process.js';
import type { ServiceUser } from './service-user.js';

export interface EmbeddedOptions {
  /** Absolute path of the data directory (`.dtrove`); the server lives in its `postgresql`. */
  readonly dataDir: string;
  /** Whom it runs as, see `serviceUser`. */
  readonly user: ServiceUser | null;
  readonly log: { info(fields: object, message: string): void };
}

export interface EmbeddedServer {
  /** Holds the password: never log it. */
  readonly url: string;
  readonly pid: number;
  /** Fast shutdown; resolves when the server is gone. Without it the server goes on, and the next start finds it. */
  stop(): Promise<void>;
  /** From now on it is started again whenever it dies by itself. */
  keepAlive(log: Kept['log']): void;
}

const stopTimeoutMs = 30_000;

/** The password of old, or a new one; the file is whole or not there. */
async function passwordAt(path: string): Promise<string> {
  const kept = await readFile(path, 'utf8').catch(() => '');
  if (kept !== '') return kept.trim();
  const password = randomBytes(24).toString('hex');
  await writeFile(`${path}.new`, `${password}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
  return password;
}

async function ask<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Proves that what answers there is ours, and makes its database at the first time. */
async function verify(url: (database: string) => string, data: string): Promise<void> {
  const isOurs = async (client: pg.Client) => {
    const { rows } = await client.query<{ path: string }>(`SELECT current_setting('data_directory') AS path`);
    if (rows[0]?.path !== data) throw new Error(`it serves ${rows[0]?.path ?? 'nothing'}, not ${data}`);
  };
  try {
    await ask(url(account), isOurs);
  } catch (error) {
    if ((error as { code?: unknown }).code !== '3D000') throw error;
    await ask(url('postgres'), async (client) => {
      await isOurs(client);
      await client.query(`CREATE DATABASE ${account}`);
    });
  }
}

/** The server that an earlier process left, once it is ready; null when there is none, or it was just stopping. */
async function left(data: string): Promise<Postmaster | null> {
  const found = await until(stopTimeoutMs, async () => {
    const postmaster = await postmasterOf(data);
    return postmaster === null || postmaster.ready ? { postmaster } : null;
  });
  if (found === null) throw new DomainError('UNAVAILABLE', `the PostgreSQL on ${data} neither starts nor stops`);
  return found.postmaster;
}

/** By its identity, not by its files: those may have been removed under it. */
async function stopServer(pid: number, identity: string | null): Promise<void> {
  if (identity === null || (await identityOf(pid)) !== identity) return;
  if (!signal(pid, 'SIGINT') || (await gone(pid, stopTimeoutMs))) return;
  signal(pid, 'SIGQUIT');
  if (await gone(pid, stopTimeoutMs)) return;
  throw new DomainError('UNAVAILABLE', `the embedded PostgreSQL, pid ${String(pid)}, does not stop`);
}

async function run(place: string, distro: Distribution, { user, log }: EmbeddedOptions) {
  const password = await passwordAt(join(place, 'password'));
  const data = await initialise(place, password, distro, user);
  const adopted = await left(data);
  const { pid, port } = adopted ?? (await launch(place, data, distro, user));
  const url = (database: string) => `postgres://${account}:${password}@127.0.0.1:${String(port)}/${database}`;
  await verify(url, data).catch((cause: unknown) => {
    const what = `the PostgreSQL on port ${String(port)}, pid ${String(pid)}, cannot be used`;
    throw new DomainError('UNAVAILABLE', `${what}: ${messageOf(cause)}`, { cause });
  });
  log.info({ pid, port, version: distro.version }, `embedded PostgreSQL ${adopted ? 'found running' : 'started'}`);
  return { pid, url: url(account) };
}

async function begin(options: EmbeddedOptions): Promise<EmbeddedServer> {
  const { dataDir, user } = options;
  const distro = await distribution(dataDir, user);
  const place = await placeFor(dataDir, 'postgresql', user);
  const held = await lock(join(place, 'lock'), `the data directory ${dataDir}`);
  try {
    const { pid, url } = await run(place, distro, options);
    let now = { pid, identity: await identityOf(pid) };
    let kept: ReturnType<typeof keepAlive> | undefined;
    const stop = async () => {
      await kept?.stop();
      await stopServer(now.pid, now.identity);
      await held.release();
    };
    const revive = async () => {
      const again = await run(place, distro, options);
      now = { pid: again.pid, identity: await identityOf(again.pid) };
      if (again.url !== url) throw new Error('its port is taken by another process; start DTrove again');
    };
    const lives = async () => (await identityOf(now.pid)) === now.identity;
    let stopping: Promise<void> | undefined;
    return {
      url,
      pid,
      stop: () => (stopping ??= stop()),
      keepAlive: (log) => {
        kept ??= keepAlive({ lives, revive, log });
      },
    };
  } catch (error) {
    await held.release();
    throw error;
  }
}

/**
 * The control plane's own PostgreSQL: made at the first start, found again when it still runs, recovered when it died.
 * It outlives this process unless stopped. One process at a time may have it.
 * Throws DomainError CONFLICT (in use by another process) or UNAVAILABLE, each in one line.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedServer> {
  try {
    return await begin(options);
  } catch (cause) {
    if (cause instanceof DomainError) throw cause;
    throw new DomainError('UNAVAILABLE', `the embedded PostgreSQL does not start: ${messageOf(cause)}`, { cause });
  }
}
