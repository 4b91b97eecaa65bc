import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { onCleanUp } from './clean-up.mjs';
import { insertClusters } from './health-rows.mjs';
import { median } from './numbers.mjs';
import { makePlace } from './place.mjs';
import * as product from './product.mjs';
import { ms } from './table.mjs';

/**
 * What a round of health costs the worker that does it. The servers are SSH servers of ssh2 on 127.0.0.1 in a process
 * of their own; the provider lists from memory; PostgreSQL is the embedded one.
 * @param {import('./options.mjs').Options} options
 */
export async function health({ servers, rounds = 5 }) {
  const data = [];
  for (const count of servers) data.push(await measure(count, rounds));
  return { data, tables: [table(data)] };
}

async function measure(count, rounds) {
  const { path, remove } = await makePlace();
  const hostKey = product.createHostKey();
  const { ports, stop } = await startServers(count, hostKey);
  const log = { info() {}, warn: (_fields, words) => console.error(words), error: console.error };
  const embedded = await product.startEmbedded({ dataDir: path, user: await product.serviceUser(''), log });
  const stopDatabase = onCleanUp(() => embedded.stop());
  const db = await product.openDatabase({ url: embedded.url, poolSize: 12, onPoolError: () => undefined });
  const master = product.parseMasterKey('f'.repeat(64), 'the bench');
  const vault = await product.openVault(db, [master]);
  const list = await insertClusters(db, vault, { ports, hostKey });
  const remotes = product.createRemotePool();
  const provider = { id: 'bench', init: 'local', list: () => Promise.resolve(list) };
  const platform = {
    ...{ db, vault, remotes, managers: await product.loadManagers(), providers: new Map([['bench', provider]]) },
    ...{ defaultProvider: 'bench', sshUser: 'dtrove', maxClusterSize: 10 },
  };
  const before = process.memoryUsage().rss;
  let ended = () => undefined;
  const rounded = (seconds, instances, troubled) => ended({ seconds, instances, troubled });
  const monitor = new product.Health({ platform, owner: 'bench', everyMs: 3_600_000, concurrency: 32, log, rounded });
  const round = async (begin) => {
    const cpu = process.cpuUsage();
    const end = new Promise((resolve) => (ended = resolve));
    begin();
    const { seconds, instances, troubled } = await end;
    const { user, system } = process.cpuUsage(cpu);
    if (instances !== count || troubled > 0) throw new Error(`${instances} looked at, ${troubled} in trouble`);
    return { wall: seconds * 1000, cpu: (user + system) / 1000 };
  };
  // The first one logs in everywhere.
  const first = await round(() => monitor.start());
  const later = [];
  for (let i = 0; i < rounds; i += 1) later.push(await round(() => void monitor.round()));
  global.gc?.();
  const memory = (process.memoryUsage().rss - before) / 2 ** 20;
  const events = (await db.query('SELECT count(*)::int AS n FROM event'))[0].n;
  await monitor.stop();
  await remotes.close();
  await db.destroy();
  await stopDatabase();
  await stop();
  await remove();
  return {
    servers: count,
    first,
    wall: median(later.map(({ wall }) => wall)),
    cpu: median(later.map(({ cpu }) => cpu)),
    memory,
    events,
  };
}

async function startServers(count, hostKey) {
  const key = Buffer.from(hostKey.privateKey.reveal()).toString('base64');
  const child = fork(join(import.meta.dirname, 'health-server.mjs'), [String(count), key], { detached: true });
  const gone = once(child, 'close');
  const stop = onCleanUp(async () => {
    child.kill();
    await gone;
  });
  const [ports] = await once(child, 'message');
  return { ports, stop };
}

const table = (data) => ({
  title: 'A round of health: all servers once, and nothing has changed (CPU of the worker alone)',
  columns: [
    'servers',
    'first round',
    'its CPU',
    'a round',
    'its CPU',
    'of a core, every 5 s',
    'memory',
    'events written',
  ],
  rows: data.map(({ servers, first, wall, cpu, memory, events }) => [
    ...[servers, ms(first.wall), ms(first.cpu), ms(wall), ms(cpu), `${((100 * cpu) / 5000).toFixed(1)} %`],
    ...[`${Math.round(memory)} MB`, events],
  ]),
});
