import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { quantile } from './numbers.mjs';
import { makePlace } from './place.mjs';
import { serviceUser, startEmbedded } from './product.mjs';
import { ms } from './table.mjs';

const warmUp = 50;

/** How long createCluster takes to answer. Only an api runs, so that nothing is made meanwhile. @param {import('./options.mjs').Options} options */
export async function answer({ mutations }) {
  const { path } = await makePlace();
  const silent = { warn: () => undefined, info: () => undefined, error: console.error, debug: () => undefined };
  const database = await startEmbedded({ dataDir: path, user: await serviceUser(), log: silent });
  const stopDatabase = onCleanUp(() => database.stop());
  const plane = await startControlPlane(path, { DTROVE_ROLE: 'api', DTROVE_DATABASE_URL: database.url });
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore();
  let made = 0;
  const one = async () => {
    made += 1;
    const began = performance.now();
    await api.createCluster({ name: `bench-${made}`, datastoreId, size: 3 });
    return performance.now() - began;
  };
  for (let i = 0; i < warmUp; i += 1) await one();
  const data = [];
  for (const clients of [1, 4]) data.push({ clients, times: await together(clients, mutations, one) });
  await plane.stop();
  await stopDatabase();
  return { data: data.map(summary), tables: [table(data.map(summary))] };
}

/** So many answers, asked for by so many clients at once. */
async function together(clients, count, one) {
  const times = [];
  const client = async () => {
    while (times.length < count) times.push(await one());
  };
  await Promise.all(Array.from({ length: clients }, client));
  return times;
}

const summary = ({ clients, times }) => ({
  clients,
  mutations: times.length,
  p50: quantile(times, 0.5),
  p99: quantile(times, 0.99),
  max: Math.max(...times),
});

const table = (data) => ({
  title: "createCluster's own answer (three nodes, over HTTP)",
  columns: ['clients at once', 'mutations', 'p50', 'p99', 'max', 'aim of p99'],
  rows: data.map(({ clients, mutations, p50, p99, max }) => [clients, mutations, ms(p50), ms(p99), ms(max), '50 ms']),
});
