import { once } from 'node:events';
import { access, readFile, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { sh } from '../../src/shell/command.js';
import { dataDirs } from '../support/data-dirs.js';
import { isGone, makeDatabase, pidOf, reservations } from '../support/local-database.js';
import { endWorker, openWorker, spell, wishFor, type LocalWorker } from '../support/local-worker.js';
import { startProgram } from '../support/programs.js';
import { until } from '../support/until.js';

const root = process.getuid?.() === 0;
const asRoot = root ? it : it.skip;
const dirs = dataDirs();
const workers: LocalWorker[] = [];
const { signal } = new AbortController();

async function open(dataDir: string, env: Record<string, string> = {}): Promise<LocalWorker> {
  const worker = await openWorker(dataDir, env);
  workers.push(worker);
  return worker;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

afterEach(async () => {
  for (const worker of workers.splice(0).reverse()) await endWorker(worker);
});
afterAll(() => dirs.clear());

describe('a server of the provider local', () => {
  it('runs commands in its own directory, as the service user, with nothing of our environment', async () => {
    process.env['DTROVE_TEST_SECRET'] = 'leaked';
    const dataDir = await dirs.make();
    const worker = await open(dataDir);
    const server = await worker.create();
    const { stdout } = await worker.remote(server).run(sh`id -un; pwd -P; env`);
    delete process.env['DTROVE_TEST_SECRET'];
    const [name, directory, ...env] = stdout.trim().split('\n');
    const home = join(await realpath(join(dataDir, 'servers')), server.key);
    expect(directory).toBe(home);
    if (root) expect(name).toBe((await serviceUser())?.name);
    const names = env.map((line) => line.split('=')[0]);
    const expected = [
      'DTROVE_INIT',
      'DTROVE_POSTGRES_BIN',
      'DTROVE_RUN_DIR',
      'DTROVE_SERVER',
      'HOME',
      'LC_ALL',
      'LOGNAME',
      'PATH',
      'SHELL',
      'USER',
    ];
    expect(names.filter((word) => !['PWD', 'OLDPWD', 'SHLVL', '_'].includes(word ?? '')).sort()).toEqual(expected);
    expect(env).toEqual(expect.arrayContaining(['DTROVE_INIT=local', `HOME=${home}`, 'LC_ALL=C']));
  });

  it('has a directory for sockets that is short enough, wherever its own is', async () => {
    const worker = await open(join(await dirs.make(), 'a-long-name-'.repeat(8)));
    const server = await worker.create();
    const { stdout } = await worker.remote(server).run(sh`cd "$DTROVE_RUN_DIR" && touch here && pwd -P`);
    const directory = stdout.trim();
    expect(directory.length).toBeLessThanOrEqual(90);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
    await worker.provider.destroy(server.id, signal);
    expect(await isThere(directory)).toBe(false);
  });

  it('has the tools and PostgreSQL on its path', async () => {
    const worker = await open(await dirs.make());
    const remote = worker.remote(await worker.create());
    for (const name of ['psql', 'pg_basebackup', 'initdb', 'pg_ctl', 'postgres']) {
      expect([name, (await remote.run(sh`command -v ${name}`)).code]).toEqual([name, 0]);
    }
  });

  asRoot('works for root below a directory that nobody else enters, and leaves that closed', async () => {
    const dataDir = await dirs.make(0o700);
    const worker = await open(dataDir);
    const server = await worker.create();
    const run = await worker.remote(server).run(makeDatabase(server.port ?? 0));
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const query = sh`psql -XqAt -h 127.0.0.1 -p ${server.port ?? 0} -U postgres -d postgres -c ${'SELECT 1'}`;
    expect(await worker.remote(server).run(query)).toEqual({ code: 0, stdout: '1\n', stderr: '' });
    expect((await stat(dirname(dataDir))).mode & 0o777).toBe(0o700);
    expect(await isThere(join(dataDir, 'servers', server.key, 'server.json'))).toBe(true);
  });

  it('is not offered where its ports are used up', async () => {
    const worker = await open(await dirs.make(), { DTROVE_LOCAL_PORTS: '15430-15432' });
    await worker.create();
    await expect(worker.create()).rejects.toMatchObject({ code: 'NO_CAPACITY' });
  });
});

describe('after the end of the process that served it', () => {
  it('goes on: its database runs, and the next worker serves it at the same port', async () => {
    const dataDir = await dirs.make();
    const wish = wishFor();
    const first = await startProgram<{ sshPort: number; port: number }[]>('local', [dataDir, spell(wish)]);
    const [server] = first.said;
    if (server === undefined) throw new Error('it made no server');
    const second = await open(dataDir);
    expect((await second.remote(server).run(makeDatabase(server.port))).code).toBe(0);
    const pid = await pidOf(second, server);
    await first.kill();
    expect(await isGone(pid)).toBe(false);

    await second.provider.adopt();
    expect(await second.provider.updateStatus(wish.key, signal)).toMatchObject({ ...server, state: 'ACTIVE' });
    expect(await pidOf(second, server)).toBe(pid);
  });

  it('is taken over by another worker that runs already', async () => {
    const dataDir = await dirs.make();
    const wish = wishFor();
    const first = await startProgram<{ sshPort: number }[]>('local', [dataDir, spell(wish)]);
    const [server] = first.said;
    if (server === undefined) throw new Error('it made no server');
    const second = await open(dataDir);
    await second.provider.adopt();
    await first.kill();
    const answers = () =>
      second
        .remote(server)
        .run(sh`echo here`)
        .then(({ stdout }) => stdout)
        .catch(() => null);
    expect(await until('the second worker to serve it', answers)).toBe('here\n');
  });

  it('has its database started again when the machine has been down', async () => {
    const dataDir = await dirs.make();
    const first = await openWorker(dataDir);
    const server = await first.create();
    await first.remote(server).run(makeDatabase(server.port ?? 0));
    const pid = await pidOf(first, server);
    await first.close();
    process.kill(pid, 'SIGKILL');
    await until('the database to be gone', () => isGone(pid));
    // After a reboot nobody has that pid; now a zombie may have it, for as long as this system's init likes.
    const file = join(dataDir, 'servers', server.key, 'data/postmaster.pid');
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^\d+/, String(2 ** 30)));

    const second = await open(dataDir);
    await second.provider.adopt();
    const again = await pidOf(second, server);
    expect(again).not.toBe(pid);
    expect(await isGone(again)).toBe(false);
  });

  it('is an error, with the reason, where another program has taken its port', async () => {
    const dataDir = await dirs.make();
    const first = await openWorker(dataDir);
    const server = await first.create();
    await first.close();
    const stranger = createServer((socket) => socket.end('hello\r\n')).listen(server.sshPort, '127.0.0.1');
    await once(stranger, 'listening');
    const second = await open(dataDir);
    const seen = await second.provider.updateStatus(server.id, signal);
    stranger.close();
    expect(seen).toMatchObject({ state: 'ERROR', message: expect.stringContaining(String(server.sshPort)) });
    await once(stranger, 'close');
    expect(await second.provider.updateStatus(server.id, signal)).toMatchObject({ state: 'ACTIVE', message: '' });
  });
});

it('a half-made server is made whole by the next call', async () => {
  const dataDir = await dirs.make();
  const first = await openWorker(dataDir);
  const server = await first.create();
  await first.close();
  // As a crash before the directory is named leaves it: the ports are reserved, and there is no server.
  const servers = join(dataDir, 'servers');
  await rm(join(servers, server.key), { recursive: true });
  const second = await open(dataDir);
  expect(await second.create(server.key)).toEqual(server);
  expect((await reservations(dataDir)).length).toBe(2);
});
