import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.mjs';
import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { cpuOf } from './cpu.mjs';
import { makePlace } from './place.mjs';
import { createHostKey } from './product.mjs';
import { ownDatabase } from './own-database.mjs';

/** Clients that ask at once. */
const clients = 16;
/** Milliseconds between two clusters that are asked for while there is nothing else to do. */
const pace = 400;

/** So many clusters at once on a cloud in memory, done by so many worker processes. */
export async function flood({ clusters, workers, wakes }) {
  const world = await startWorld(workers);
  const { database, api, cloud, datastoreId } = world;
  const input = (i) => ({ name: `flood-${i}`, datastoreId, size: 1, provider: 'cloud' });
  // The first one fills caches.
  await api.createCluster(input('first'));
  await allEnded(database);
  const before = { ...(await readings(world)), at: performance.now() };
  let next = 0;
  const client = async () => {
    while (next < clusters) await api.createCluster(input((next += 1)));
  };
  await Promise.all(Array.from({ length: clients }, client));
  const asked = (performance.now() - before.at) / 1000;
  await allEnded(database);
  const took = (performance.now() - before.at) / 1000;
  const after = await readings(world);
  const queued = await waits(database, 'flood-');
  for (let i = 0; i < wakes; i += 1) {
    await api.createCluster({ ...input(0), name: `wake-${i}` });
    await delay(pace);
  }
  await allEnded(database);
  const wake = await waits(database, 'wake-');
  const all = clusters + wakes + 1;
  const [{ ended }] = await database.rows(
    `SELECT count(*)::int AS ended FROM operation o JOIN cluster c ON c.id = o.cluster_id
      WHERE o.status = 'SUCCEEDED' AND c.status = 'ACTIVE'`,
  );
  const { made, there } = await (await fetch(`${cloud.first.url}/servers/count`)).json();
  if (made !== all || there !== all) throw new Error(`${all} servers were wished, ${made} made, ${there} are there`);
  await world.stop();
  const cores = (name) => (after.cpu[name] - before.cpu[name]) / took;
  return {
    ...{ asked, took, perSecond: clusters / took, lost: all - ended, queued, wake },
    cpu: { postgres: cores('postgres'), workers: cores('workers'), api: cores('api') },
    writes: {
      rows: (after.writes.rows - before.writes.rows) / clusters,
      transactions: (after.writes.transactions - before.writes.transactions) / clusters,
    },
  };
}

async function startWorld(workers) {
  const database = await ownDatabase();
  const hostKey = createHostKey();
  const key = Buffer.from(hostKey.privateKey.reveal()).toString('base64');
  const cloud = await startChild('cloud.mjs', [key, hostKey.publicKey]);
  const { path, remove } = await makePlace();
  const env = {
    DTROVE_DATABASE_URL: database.url,
    DTROVE_PROVIDERS: join(import.meta.dirname, 'cloud-provider.mjs'),
    BENCH_CLOUD: cloud.first.url,
    // The embedded PostgreSQL takes 57 connections, of whatever many processes.
    DTROVE_DATABASE_POOL: '8',
  };
  const apiProcess = await startControlPlane(path, { ...env, DTROVE_ROLE: 'api' });
  const api = apiProcess.api();
  const closeApi = onCleanUp(() => api.close());
  const workerProcesses = [];
  for (let i = 0; i < workers; i += 1)
    workerProcesses.push(await startControlPlane(path, { ...env, DTROVE_ROLE: 'worker' }));
  return {
    ...{ database, cloud, api, apiProcess, workerProcesses, datastoreId: await api.datastore() },
    stop: async () => {
      await closeApi();
      await Promise.all(workerProcesses.map((process) => process.stop()));
      await apiProcess.stop();
      await cloud.stop();
      await database.stop();
      await remove();
    },
  };
}

/** What has been used and written so far. PostgreSQL counts a while after. */
async function readings({ database, apiProcess, workerProcesses }) {
  const cpu = {
    postgres: await cpuOf([database.pid]),
    workers: await cpuOf(workerProcesses.map(({ pid }) => pid)),
    api: await cpuOf([apiProcess.pid]),
  };
  await delay(1500);
  const [writes] = await database.rows(
    `SELECT (tup_inserted + tup_updated + tup_deleted)::float8 AS rows, xact_commit::float8 AS transactions
       FROM pg_stat_database WHERE datname = current_database()`,
  );
  return { cpu, writes };
}

async function allEnded(database) {
  for (;;) {
    const [{ open }] = await database.rows(
      `SELECT count(*)::int AS open FROM operation WHERE status IN ('QUEUED', 'RUNNING', 'WAITING')`,
    );
    if (open === 0) return;
    await delay(100);
  }
}

/** Milliseconds from the recording of an operation to the lease of a worker. */
async function waits(database, prefix) {
  const [row] = await database.rows(
    `SELECT percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
              ORDER BY extract(epoch FROM o.started_at - o.created_at)::float8 * 1000) AS ms
       FROM operation o JOIN cluster c ON c.id = o.cluster_id WHERE c.name LIKE $1 || '%'`,
    [prefix],
  );
  const [p50 = NaN, p99 = NaN] = row.ms ?? [];
  return { p50, p99 };
}
