import { setTimeout as delay } from 'node:timers/promises';
import { startChild } from './child.mjs';
import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { cpuOfOne } from './cpu.mjs';
import { assertFiles } from './files.mjs';
import { ownDatabase } from './own-database.mjs';
import { makePlace } from './place.mjs';
import { memoryOf } from './processes.mjs';
import { insertList } from './rows.mjs';
import { ms } from './table.mjs';
import * as product from './product.mjs';

/** How long the last events may take, in milliseconds. */
const patience = 30_000;

/** Clients of graphql-ws on `serverStatus` of one cluster, to which something happens every second. @param {import('./options.mjs').Options} options */
export async function subscriptions({ clients, seconds = 30 }) {
  await assertFiles(Math.max(...clients));
  const database = await ownDatabase();
  const { path, remove } = await makePlace();
  const plane = await startControlPlane(path, { DTROVE_ROLE: 'api', DTROVE_DATABASE_URL: database.url });
  const db = await product.openDatabase({ url: database.url, poolSize: 2, onPoolError: () => undefined });
  const closeDb = onCleanUp(() => db.destroy());
  const { instances, clusters } = await insertList(database, { clusters: 1, nodes: 1 });
  const data = [];
  for (const count of clients) {
    const one = await measure({ plane, db, cluster: clusters[0], instance: instances[0], count, seconds });
    console.error(`${count} clients: ${one.errors} errors, p99 ${ms(one.p99)}`);
    data.push(one);
  }
  await closeDb();
  await plane.stop();
  await database.stop();
  await remove();
  return { data, tables: [table(data)] };
}

async function measure({ plane, db, cluster, instance, count, seconds }) {
  const api = plane.api();
  await api.close();
  const idle = (await memoryOf(plane.pid)).rss;
  const began = performance.now();
  const clients = await startChild('subscriptions-clients.mjs', [
    api.url,
    api.headers.authorization,
    cluster,
    String(count),
  ]);
  const connected = performance.now() - began;
  const cpu = await cpuOfOne(plane.pid);
  const start = performance.now();
  for (let i = 1; i <= seconds; i += 1) {
    await happens(db, instance, i);
    await delay(Math.max(0, start + i * 1000 - performance.now()));
  }
  const took = (performance.now() - start) / 1000;
  const used = (await cpuOfOne(plane.pid)) - cpu;
  const { rss } = await memoryOf(plane.pid);
  const answer = clients.message();
  clients.child.send({ events: seconds, patience });
  const summary = await answer;
  await clients.stop();
  return {
    ...{ clients: count, seconds, connected, ...summary, cpu: used / took },
    memory: { server: rss, each: ((rss - idle) * 1024) / count, clients: summary.rss },
  };
}

/** A change of the instance, as the product writes it; its message says when. */
const happens = (db, instance, i) =>
  db.transaction((tx) =>
    product.setInstance(tx, instance, {
      progress: i % 100,
      message: String(performance.timeOrigin + performance.now()),
    }),
  );

const table = (data) => ({
  title: 'Subscribers of serverStatus, each on a connection of its own; one event a second (one api process)',
  columns: [
    ...['clients', 'events', 'deliveries', 'errors', 'p50', 'p99', 'max', 'aim of p99', 'CPU of the api'],
    ...['connected in', 'RSS of the api', 'of it each', 'RSS of the clients'],
  ],
  rows: data.map((one) => [
    ...[one.clients, one.seconds, one.delivered, one.errors, ms(one.p50), ms(one.p99), ms(one.max), '1000 ms'],
    ...[`${Math.round(one.cpu * 100)} %`, ms(one.connected), mb(one.memory.server)],
    ...[`${Math.round(one.memory.each)} kB`, mb(one.memory.clients)],
  ]),
});

const mb = (value) => `${Math.round(value)} MB`;
