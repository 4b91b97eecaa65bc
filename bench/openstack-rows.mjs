import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { insertClusters } from './health-rows.mjs';
import { makePlace } from './place.mjs';
import * as product from './product.mjs';
import { rowsOfTrove } from './openstack-trove.mjs';

/** Rows of a page: as many as Trove gives at the most, and DTrove unless asked for more. */
const count = 20;
const clients = 4;
const secondsEach = 10;
const rounds = 2;

const query = `{ clusters(first: ${count}) { totalCount edges { node {
  id name status size message provider createdAt datastore { name version } endpoints { role host port } } } } }`;

/** A page of clusters by the public API beside Trove's GET /instances, with as many rows, in turns. */
export async function rows(cloud) {
  await rowsOfTrove(cloud, count);
  const { path } = await makePlace();
  const log = { info() {}, warn: (_fields, words) => console.error(words), error: console.error };
  const embedded = await product.startEmbedded({ dataDir: path, user: await product.serviceUser(''), log });
  const stopDatabase = onCleanUp(() => embedded.stop());
  const plane = await startControlPlane(path, { DTROVE_ROLE: 'api', DTROVE_DATABASE_URL: embedded.url });
  const db = await product.openDatabase({ url: embedded.url, poolSize: 2, onPoolError: () => undefined });
  const vault = { seal: (secret) => secret.reveal() };
  const ports = Array.from({ length: count }, (_, i) => 20_000 + i);
  await insertClusters(db, vault, { ports, hostKey: product.createHostKey() });
  await db.destroy();
  const api = plane.api();
  onCleanUp(() => api.close());
  const contestants = {
    DTrove: async () => (await api.ask(query)).clusters.edges.length,
    Trove: async () => (await cloud.ask('GET', 'database', `/instances?limit=${count}`)).instances.length,
  };
  const rates = { DTrove: [], Trove: [] };
  for (let round = 0; round < rounds; round += 1)
    for (const [name, ask] of Object.entries(contestants)) rates[name].push(await rateOf(name, ask));
  await plane.stop();
  await stopDatabase();
  return { data: { rows: rates }, tables: [table(rates)] };
}

/** Requests per second, by some clients at once, after a few that are not counted. */
async function rateOf(name, ask) {
  for (let i = 0; i < 5; i += 1) if ((await ask()) !== count) throw new Error(`${name} does not answer ${count} rows`);
  const began = performance.now();
  const end = began + secondsEach * 1000;
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      await ask();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: clients }, client));
  return (done * 1000) / (performance.now() - began);
}

function table(rates) {
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [own, trove] = [mean(rates.DTrove), mean(rates.Trove)];
  return {
    title: `A page of ${count} rows, requests per second, ${clients} clients at once`,
    columns: ['', 'requests per second', 'DTrove : it', 'aim'],
    rows: [
      ['DTrove, `clusters`', Math.round(own), '', ''],
      ['Trove, GET /instances', trove.toFixed(1), (own / trove).toFixed(1), '≥20'],
    ],
  };
}
