import { setTimeout as delay } from 'node:timers/promises';
import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { connect } from './database.mjs';
import { median } from './numbers.mjs';
import { makePlace } from './place.mjs';
import { ms } from './table.mjs';

const create = `mutation ($input: CreateConfigurationInput!) { createConfiguration(input: $input) { id } }`;
const attach = `mutation ($clusterId: ID!, $configurationId: ID!) {
  attachConfiguration(clusterId: $clusterId, configurationId: $configurationId) { operation { id } }
}`;

/** Changes of parameters of three nodes while the primary is written to. @param {import('./options.mjs').Options} options */
export async function parameters({ rounds = 5 }) {
  const { path } = await makePlace();
  const plane = await startControlPlane(path);
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore();
  const { cluster, operation, credentials } = await api.createCluster({ name: 'parameters', datastoreId, size: 3 });
  const remove = onCleanUp(() => api.deleteCluster(cluster.id));
  await api.succeeded(operation.id);
  const { port } = (await api.ports(cluster.id)).find(({ role }) => role === 'PRIMARY');
  const made = async (name, values) =>
    (await api.ask(create, { input: { name, datastoreId, values } })).createConfiguration.id;
  // Two of each, which differ by what is measured alone.
  const reload = [await made('reload 1', { work_mem: '5MB' }), await made('reload 2', { work_mem: '6MB' })];
  const restart = [await made('restart 1', { wal_buffers: '1MB' }), await made('restart 2', { wal_buffers: '2MB' })];
  const change = async (configurationId) => {
    const { attachConfiguration } = await api.ask(attach, { clusterId: cluster.id, configurationId });
    await api.succeeded(attachConfiguration.operation.id);
  };
  const data = [];
  for (const [what, pair] of Object.entries({ reload, restart })) {
    const seen = [];
    await change(pair[0]);
    for (let round = 1; round <= rounds; round += 1) {
      const writer = write({ ...credentials, port });
      const began = performance.now();
      await change(pair[round % 2]);
      const took = performance.now() - began;
      const gap = await writer.stop();
      seen.push({ took, gap });
      console.error(`${what}, round ${round}: ${ms(took)}, longest gap ${ms(gap)}`);
    }
    data.push({ what, rounds: seen });
  }
  await remove();
  await plane.stop();
  return { data, tables: [figures(data)] };
}

/** Writes, one after the other, over one connection that is opened again when it breaks; the longest time between two. */
function write(login) {
  let over = false;
  let gap = 0;
  const writing = (async () => {
    let last = performance.now();
    for (let client = null; !over;) {
      try {
        client ??= await connect(login);
        await client.query('CREATE TABLE IF NOT EXISTS bench (id bigint)');
        for (; !over; await delay(1)) {
          await client.query('INSERT INTO bench VALUES (1)');
          gap = Math.max(gap, performance.now() - last);
          last = performance.now();
        }
        await client.end();
      } catch {
        client = null;
        await delay(5);
      }
    }
  })();
  return {
    async stop() {
      over = true;
      await writing;
      return gap;
    },
  };
}

const figures = (data) => ({
  title: 'A change of a parameter of three nodes, under a writer',
  columns: ['change', 'rounds', 'took', 'longest of them', 'gap of the writer', 'longest of them'],
  rows: data.map(({ what, rounds }) => [
    what,
    rounds.length,
    ms(median(rounds.map(({ took }) => took))),
    ms(Math.max(...rounds.map(({ took }) => took))),
    ms(median(rounds.map(({ gap }) => gap))),
    ms(Math.max(...rounds.map(({ gap }) => gap))),
  ]),
});
