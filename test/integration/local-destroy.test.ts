import { readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { sh } from '../../src/shell/command.js';
import { dataDirs } from '../support/data-dirs.js';
import { isGone, makeDatabase, pidOf, reservations } from '../support/local-database.js';
import { endWorker, openWorker, spell, wishFor, type LocalWorker } from '../support/local-worker.js';
import { startProgram } from '../support/programs.js';
import { until } from '../support/until.js';

const dirs = dataDirs();
const workers: LocalWorker[] = [];
const { signal } = new AbortController();

async function open(dataDir: string, env: Record<string, string> = {}): Promise<LocalWorker> {
  const worker = await openWorker(dataDir, env);
  workers.push(worker);
  return worker;
}

afterEach(async () => {
  for (const worker of workers.splice(0).reverse()) await endWorker(worker);
});
afterAll(() => dirs.clear());

describe('destroying a server', () => {
  it('ends all that ever ran on it, and leaves nothing', async () => {
    const dataDir = await dirs.make();
    const worker = await open(dataDir);
    const server = await worker.create();
    const remote = worker.remote(server);
    await remote.run(makeDatabase(server.port ?? 0));
    const { stdout } = await remote.run(sh`
sleep 600 >/dev/null 2>&1 & echo $!
cd /; (sh -c 'trap : TERM HUP INT; while :; do sleep 600; done' >/dev/null 2>&1 & echo $!)`);
    const pids = [...stdout.trim().split('\n').map(Number), await pidOf(worker, server)];
    const children = await readdir('/proc')
      .then((names) => Promise.all(names.map((name) => parentOf(name))))
      .then((all) => all.flatMap(([pid, parent]) => (pids.includes(parent) ? [pid] : [])))
      .catch(() => []);
    let waiting: Promise<unknown> = Promise.resolve();
    await new Promise<void>((resolve) => {
      const onOutput = () => {
        resolve();
      };
      waiting = remote.run(sh`echo here; exec sleep 600`, { onOutput }).catch((error: unknown) => error);
    });
    await worker.provider.destroy(server.id, signal);
    expect(await waiting).toMatchObject({ code: 'REMOTE_UNREACHABLE' });
    for (const pid of [...pids, ...children]) expect([pid, await isGone(pid)]).toEqual([pid, true]);
    expect(await readdir(join(dataDir, 'servers'))).toEqual([]);
    expect(await reservations(dataDir)).toEqual([]);
  });

  it('is finished by a second call, where the first was interrupted', async () => {
    const dataDir = await dirs.make();
    const first = await openWorker(dataDir);
    const server = await first.create();
    await first.remote(server).run(makeDatabase(server.port ?? 0));
    const pid = await pidOf(first, server);
    await first.close();
    const servers = join(dataDir, 'servers');
    await rename(join(servers, server.key), join(servers, `.doomed-${server.key}`));

    const second = await open(dataDir);
    await second.provider.adopt();
    expect(await second.provider.list(signal)).toMatchObject([{ key: server.key, state: 'DELETED' }]);
    await second.provider.destroy(server.id, signal);
    expect([await isGone(pid), await readdir(servers), await reservations(dataDir)]).toEqual([true, [], []]);
  });

  it('comes before it is made anew, where it was interrupted', async () => {
    const dataDir = await dirs.make();
    const worker = await open(dataDir);
    const server = await worker.create();
    await worker.remote(server).run(sh`touch old`);
    await worker.close();
    const servers = join(dataDir, 'servers');
    await rename(join(servers, server.key), join(servers, `.doomed-${server.key}`));
    const next = await open(dataDir);
    const again = await next.create(server.key);
    expect((await next.remote(again).run(sh`ls`)).stdout).not.toContain('old');
    expect(await readdir(servers)).toEqual([server.key]);
  });

  it('frees a server that another worker serves', async () => {
    const dataDir = await dirs.make();
    const wish = wishFor();
    const other = await startProgram<{ sshPort: number }[]>('local', [dataDir, spell(wish)]);
    try {
      const [server] = other.said;
      if (server === undefined) throw new Error('it made no server');
      const worker = await open(dataDir);
      const { stdout } = await worker.remote(server).run(sh`sleep 600 >/dev/null 2>&1 & echo $!`);
      await worker.provider.destroy(wish.key, signal);
      expect(await isGone(Number(stdout))).toBe(true);
      const refused = () =>
        worker
          .remote(server)
          .run(sh`true`)
          .then(() => false)
          .catch(() => true);
      await until('the other worker to let go of it', refused);
    } finally {
      await other.kill();
    }
  });
});

async function parentOf(name: string): Promise<[number, number]> {
  const text = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
  return [Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1] ?? 0)];
}
