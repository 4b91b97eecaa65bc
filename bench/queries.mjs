import { deepStrictEqual } from 'node:assert/strict';
import autocannon from 'autocannon';
import { startChild } from './child.mjs';
import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { cpuOfOne } from './cpu.mjs';
import { median } from './numbers.mjs';
import { ownDatabase } from './own-database.mjs';
import { makePlace } from './place.mjs';
import { insertList } from './rows.mjs';
import { ms } from './table.mjs';

const peers = { Apollo: 'apollo', Yoga: 'yoga', 'Mercurius with JIT': 'mercurius' };
const us = 'DTrove';

/** Clusters of the list, and nodes of each. */
const clusters = 50;
const nodes = 3;
const warmUpSeconds = 2;

const query = `{
  clusters(first: ${clusters}) {
    totalCount
    edges { cursor node {
      id name size status message provider flavor createdAt
      datastore { id name manager version image packages }
      instances { id name role serverStatus progress message addr port createdAt }
      endpoints { role host port uri }
    } }
    pageInfo { hasNextPage endCursor }
  }
}`;

/** A list of 50 clusters, beside bare servers on the same rows, by turns. @param {import('./options.mjs').Options} options */
export async function queries({ rounds = 3, seconds = 10, connections }) {
  const database = await ownDatabase();
  const { path, remove } = await makePlace();
  const plane = await startControlPlane(path, { DTROVE_ROLE: 'api', DTROVE_DATABASE_URL: database.url });
  await insertList(database, { clusters, nodes });
  const api = plane.api();
  const closeApi = onCleanUp(() => api.close());
  const contestants = { [us]: { url: `${api.url}/graphql`, headers: api.headers, pid: plane.pid } };
  const children = [];
  for (const [name, peer] of Object.entries(peers)) {
    const child = await startChild('queries-peer.mjs', [peer, database.url]);
    children.push(child);
    contestants[name] = { url: child.first, headers: { 'content-type': 'application/json' }, pid: child.pid };
  }
  await assertSame(contestants);
  const figures = await takeTurns(contestants, { rounds, seconds, connections });
  await Promise.all(children.map((child) => child.stop()));
  await closeApi();
  await plane.stop();
  await database.stop();
  await remove();
  return { data: figures, tables: [table(figures, connections)] };
}

const body = JSON.stringify({ query });

/** Whoever answers faster by answering something else does not count. */
async function assertSame(contestants) {
  const answers = {};
  for (const [name, { url, headers }] of Object.entries(contestants))
    answers[name] = await (await fetch(url, { method: 'POST', headers, body })).json();
  for (const name of Object.keys(contestants)) deepStrictEqual(answers[name], answers[us], `${name} answers otherwise`);
}

async function fire({ url, headers, pid }, duration, connections) {
  const before = await cpuOfOne(pid);
  const result = await autocannon({ url, method: 'POST', headers, body, connections, duration });
  const cpu = (await cpuOfOne(pid)) - before;
  const { errors, non2xx, requests, latency } = result;
  if (errors + non2xx > 0) throw new Error(`${url}: ${errors} errors, ${non2xx} answers that are none`);
  return { perSecond: requests.total / result.duration, p99: latency.p99, cpu: (cpu * 1000) / requests.total };
}

/** Every round begins with another one, so that whatever else the machine does meets all alike. */
async function takeTurns(contestants, { rounds, seconds, connections }) {
  const names = Object.keys(contestants);
  for (const name of names) await fire(contestants[name], Math.min(warmUpSeconds, seconds), connections);
  const runs = Object.fromEntries(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const i of names.keys()) {
      const name = names[(i + round) % names.length];
      runs[name].push(await fire(contestants[name], seconds, connections));
    }
    console.error(names.map((name) => `${name} ${Math.round(runs[name].at(-1).perSecond)}/s`).join(', '));
  }
  return names.map((name) => {
    const ratios = runs[name].map(({ perSecond }, i) => runs[us][i].perSecond / perSecond);
    const of = (what) => median(runs[name].map((run) => run[what]));
    return { name, perSecond: of('perSecond'), p99: of('p99'), cpu: of('cpu'), ratio: median(ratios), ratios };
  });
}

const table = (figures, connections) => ({
  title: `A list of ${clusters} clusters of ${nodes} nodes, ${connections} connections of autocannon`,
  columns: ['server', 'requests/s', 'p99', 'its CPU a request', `${us} : it`, 'lowest', 'highest'],
  rows: figures.map(({ name, perSecond, p99, cpu, ratio, ratios }) => [
    ...[name, perSecond.toFixed(0), ms(p99), `${cpu.toFixed(2)} ms`],
    ...(name === us ? ['', '', ''] : [ratio, Math.min(...ratios), Math.max(...ratios)].map((one) => one.toFixed(2))),
  ]),
});
