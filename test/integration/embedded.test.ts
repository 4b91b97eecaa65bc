import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { identityOf } from '../../src/db/embedded/process.js';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { dataDirs } from '../support/data-dirs.js';
import { quiet } from '../support/log.js';
import { startProgram } from '../support/programs.js';
import { until } from '../support/until.js';

const dirs = dataDirs();
const root = process.getuid?.() === 0;
const running: EmbeddedServer[] = [];

async function start(dataDir: string): Promise<EmbeddedServer> {
  const server = await startEmbedded({ dataDir, user: await serviceUser(), log: quiet });
  running.push(server);
  return server;
}

const failureOf = (dataDir: string): Promise<unknown> =>
  start(dataDir).then(
    () => null,
    (error: unknown) => error,
  );

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<unknown[]>({ text: sql, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

const isGone = async (pid: number): Promise<boolean> => (await identityOf(pid)) === null;

afterEach(async () => {
  for (const server of running.splice(0)) await server.stop();
});
afterAll(() => dirs.clear());

describe('the embedded PostgreSQL', () => {
  it('is made at the first start, keeps what is written, and is gone after a stop', async () => {
    const dataDir = await dirs.make();
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE t AS SELECT 7 AS x');
    await first.stop();
    expect(await isGone(first.pid)).toBe(true);

    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT x FROM t')).toEqual([7]);
    expect(second.url).toBe(first.url);
  });

  it('listens on the loopback address only, asks for a password, and is durable', async () => {
    const { url } = await start(await dirs.make());
    const settings = ['listen_addresses', 'unix_socket_directories', 'fsync', 'password_encryption', 'jit'];
    const values = await query(url, `SELECT ${settings.map((name) => `current_setting('${name}')`).join(', ')}`);
    expect(values).toEqual(['127.0.0.1', '', 'on', 'scram-sha-256', 'off']);
    const open = new URL(url);
    open.password = 'wrong';
    await expect(query(open.href, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
  });

  it('keeps its password where only its owner reads it', async () => {
    const dataDir = await dirs.make();
    const { url } = await start(dataDir);
    const file = join(dataDir, 'postgresql/password');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(url).toContain((await readFile(file, 'utf8')).trim());
  });

  it('outlives a killed control plane, and is found again', async () => {
    const dataDir = await dirs.make();
    const plane = await startProgram<{ pid: number; url: string }>('embedded', [dataDir]);
    await plane.kill();
    expect(await query(plane.said.url, 'SELECT 1')).toEqual([1]);
    const adopted = await start(dataDir);
    expect(adopted).toMatchObject(plane.said);
  });

  it('recovers when it was killed itself', async () => {
    const dataDir = await dirs.make();
    const first = await start(dataDir);
    await query(first.url, 'CREATE TABLE kept AS SELECT 1 AS x');
    running.length = 0;
    process.kill(first.pid, 'SIGKILL');
    await until('the server to be gone', () => isGone(first.pid));
    await first.stop();
    const second = await start(dataDir);
    expect(second.pid).not.toBe(first.pid);
    expect(await query(second.url, 'SELECT x FROM kept')).toEqual([1]);
  });

  it('starts although somebody else has its old pid by now', async () => {
    const dataDir = await dirs.make();
    const first = await start(dataDir);
    const file = join(dataDir, 'postgresql/data/postmaster.pid');
    const left = await readFile(file, 'utf8');
    await first.stop();
    await writeFile(file, left.replace(/^\d+/, String(process.pid)));
    const second = await start(dataDir);
    expect(await query(second.url, 'SELECT 1')).toEqual([1]);
  });

  it('takes another port where its own is taken', async () => {
    const dataDir = await dirs.make();
    const first = await start(dataDir);
    await first.stop();
    const port = Number(new URL(first.url).port);
    const other = createServer().listen(port, '127.0.0.1');
    await once(other, 'listening');
    try {
      const second = await start(dataDir);
      expect(Number(new URL(second.url).port)).not.toBe(port);
      expect(await query(second.url, 'SELECT 1')).toEqual([1]);
    } finally {
      other.close();
    }
  });

  it('begins again where initdb was interrupted', async () => {
    const dataDir = await dirs.make();
    const place = join(dataDir, 'postgresql');
    await mkdir(join(place, 'draft-left/data/base'), { recursive: true, mode: 0o755 });
    await chmod(dataDir, 0o755);
    await chmod(place, 0o755);
    const { url } = await start(dataDir);
    expect(await query(url, 'SELECT 1')).toEqual([1]);
    await expect(stat(join(place, 'draft-left'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('belongs to one process at a time, and names the one that has it', async () => {
    const dataDir = await dirs.make();
    const plane = await startProgram<{ pid: number }>('embedded', [dataDir]);
    try {
      const error = await failureOf(dataDir);
      expect(error).toMatchObject({ code: 'CONFLICT' });
      expect((error as Error).message).toMatch(new RegExp(`pid ${plane.child.pid ?? 0}\\b`));
      expect((error as Error).message).not.toContain('\n');
    } finally {
      await plane.kill();
    }
    await start(dataDir);
  });

  it('says in its own words why it does not start, in one line, and starts once that is put right', async () => {
    const dataDir = await dirs.make();
    await (await start(dataDir)).stop();
    const configuration = join(dataDir, 'postgresql/data/postgresql.conf');
    const good = await readFile(configuration);
    await writeFile(configuration, 'shared_buffers = nonsense\n');
    const error = await failureOf(dataDir);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect((error as Error).message).toMatch(/^[^\n]*invalid value for parameter "shared_buffers"[^\n]*$/);
    await writeFile(configuration, good);
    await start(dataDir);
  });

  it('leaves a database of another major version alone', async () => {
    const dataDir = await dirs.make();
    await (await start(dataDir)).stop();
    const version = join(dataDir, 'postgresql/data/PG_VERSION');
    await writeFile(version, '16\n');
    const error = await failureOf(dataDir);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect((error as Error).message).toMatch(/PostgreSQL 16; the embedded one is 17\.\d+$/);
    await writeFile(version, '17\n');
    await start(dataDir);
  });

  (root ? it : it.skip)('leaves a data directory of another user alone', async () => {
    const dataDir = await dirs.make();
    await (await start(dataDir)).stop();
    const data = join(dataDir, 'postgresql/data');
    const before = await stat(data);
    await chown(data, 12_345, 12_345);
    const error = await failureOf(dataDir);
    expect(error).toMatchObject({ code: 'UNAVAILABLE' });
    expect((error as Error).message).toMatch(/belongs to uid 12345, not to the user \w+ \(uid \d+\)$/);
    await chown(data, before.uid, before.gid);
    await start(dataDir);
  });

  (root ? it : it.skip)('runs for root below a directory that nobody else enters, and leaves that closed', async () => {
    const dataDir = await dirs.make(0o700);
    const first = await start(dataDir);
    expect(await query(first.url, 'SELECT 1')).toEqual([1]);
    expect((await stat(dirname(dataDir))).mode & 0o777).toBe(0o700);
    expect((await stat(join(dataDir, 'postgresql/data/PG_VERSION'))).isFile()).toBe(true);
    await first.stop();
    expect((await start(dataDir)).url).toBe(first.url);
  });

  (root ? it : it.skip)(
    'is made anew where the data directory was, not found in the place of the old one',
    async () => {
      const dataDir = await dirs.make(0o700);
      const first = await start(dataDir);
      await query(first.url, 'CREATE TABLE old ()');
      await first.stop();
      await rm(dataDir, { recursive: true });
      const second = await start(dataDir);
      expect(await query(second.url, `SELECT to_regclass('old')::text`)).toEqual([null]);
    },
  );
});
