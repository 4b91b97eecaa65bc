import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { setTimeout as delay } from 'node:timers/promises';
import { onCleanUp } from './clean-up.mjs';
import { openstackProvider } from './product.mjs';
import { ms } from './table.mjs';

const count = 100;

/** What a round of health asks a cloud of a hundred servers, and how long that takes. */
export async function listing(cloud) {
  const network = (await cloud.ask('GET', 'network', '/networks?name=provider')).networks[0].id;
  const image = (await cloud.ask('GET', 'image', '/images?name=tiny')).images[0].id;
  const flavor = (await cloud.ask('GET', 'compute', '/flavors')).flavors.find(({ name }) => name === 'tiny').id;
  const quotas = { instances: -1, cores: -1, ram: -1 };
  await cloud.ask('PUT', 'compute', `/os-quota-sets/${cloud.project}`, { quota_set: quotas });
  await cloud.ask('PUT', 'network', `/quotas/${cloud.project}`, { quota: { port: -1 } });
  const metadata = { 'dtrove-key': 'bench', 'dtrove-cluster': 'bench' };
  const server = { name: 'dtrove-bench', imageRef: image, flavorRef: flavor, networks: [{ uuid: network }], metadata };
  onCleanUp(() => removeAll(cloud));
  await cloud.ask('POST', 'compute', '/servers', { server: { ...server, min_count: count, max_count: count } });
  await settled(async () => (await named(cloud)).every(({ status }) => status === 'ACTIVE'));
  const provider = await openstackProvider({ ...cloud.env, DTROVE_OPENSTACK_NETWORK: 'provider' });
  onCleanUp(() => provider.close());
  const { signal } = new AbortController();
  await provider.list(signal);
  let calls = 0;
  const onCall = () => (calls += 1);
  subscribe('http.client.request.start', onCall);
  const began = performance.now();
  const listed = await provider.list(signal);
  const took = performance.now() - began;
  unsubscribe('http.client.request.start', onCall);
  await removeAll(cloud);
  const data = { servers: listed.length, calls, took };
  const title = 'How all servers of a cloud are looked at, in a round of health';
  const row = [data.servers, calls, ms(took)];
  return { data: { list: data }, tables: [{ title, columns: ['servers', 'calls', 'took'], rows: [row] }] };
}

const named = async (cloud) => (await cloud.ask('GET', 'compute', '/servers/detail?name=%5Edtrove-bench')).servers;

async function removeAll(cloud) {
  for (const { id } of await named(cloud)) await cloud.ask('DELETE', 'compute', `/servers/${id}`);
  await settled(async () => (await named(cloud)).length === 0);
}

async function settled(probe) {
  for (const end = performance.now() + 900_000; performance.now() < end; await delay(1000)) if (await probe()) return;
  throw new Error('waited a quarter of an hour in vain');
}
