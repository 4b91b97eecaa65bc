import { setTimeout as delay } from 'node:timers/promises';
import { makeWorkerUtils } from 'graphile-worker';
import { startChild } from './child.mjs';
import { onCleanUp } from './clean-up.mjs';
import { ownDatabase } from './own-database.mjs';

/** As many as ask DTrove at once. */
const clients = 16;

/** graphile-worker: jobs that write as much as an operation does, sent one by one and run by as many processes. */
export async function jobs({ jobs: count, workers, rows, transactions }) {
  const database = await ownDatabase();
  await database.rows('CREATE TABLE bench_event (id bigserial PRIMARY KEY, job int, payload jsonb)');
  await database.rows('CREATE TABLE bench_row (id int PRIMARY KEY, n int NOT NULL)');
  await database.rows('INSERT INTO bench_row SELECT i, 0 FROM generate_series(0, 9999) i');
  const utils = await makeWorkerUtils({ connectionString: database.url });
  const release = onCleanUp(() => utils.release());
  await utils.migrate();
  const args = [database.url, String(Math.round(transactions)), String(Math.max(1, Math.round(rows / transactions)))];
  const children = [];
  for (let i = 0; i < workers; i += 1) children.push(await startChild('load-graphile.mjs', args));
  const began = performance.now();
  let next = 0;
  const client = async () => {
    while (next < count) await utils.addJob('write', { job: (next += 1) });
  };
  await Promise.all(Array.from({ length: clients }, client));
  await allDone(database);
  const took = (performance.now() - began) / 1000;
  await Promise.all(children.map((child) => child.stop()));
  await release();
  await database.stop();
  return { took, perSecond: count / took };
}

async function allDone(database) {
  for (;;) {
    const [{ left }] = await database.rows('SELECT count(*)::int AS left FROM graphile_worker.jobs');
    if (left === 0) return;
    await delay(20);
  }
}
