import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { median } from './numbers.mjs';
import { makePlace } from './place.mjs';
import { memoryOf } from './processes.mjs';

/** How often memory is read while many are made at once, in milliseconds. */
const readEvery = 500;

/** Real clusters of one node on the provider local: many one after another, then some at once, each deleted again. */
export async function locals({ count, together }) {
  const { path, remove } = await makePlace();
  const plane = await startControlPlane(path);
  const api = plane.api();
  const close = onCleanUp(() => api.close());
  const datastoreId = await api.datastore();
  const rss = async () => (await memoryOf(plane.pid)).rss;
  let failed = 0;
  const one = async (name) => {
    const began = performance.now();
    const { cluster, operation } = await api.createCluster({ name, datastoreId, size: 1 });
    await api.succeeded(operation.id).catch(() => (failed += 1));
    const took = performance.now() - began;
    return { took, id: cluster.id };
  };
  const readings = [];
  const times = [];
  for (let i = 0; i < count; i += 1) {
    const { took, id } = await one(`local-${i}`);
    await api.deleteCluster(id);
    times.push(took);
    readings.push(await rss());
    if ((i + 1) % 20 === 0) console.error(`${i + 1} local clusters, ${Math.round(readings.at(-1))} MB`);
  }
  let peak = await rss();
  const watch = setInterval(() => void rss().then((now) => (peak = Math.max(peak, now))), readEvery);
  const began = performance.now();
  const made = await Promise.all(Array.from({ length: together }, (_, i) => one(`together-${i}`)));
  const all = performance.now() - began;
  await Promise.all(made.map(({ id }) => api.deleteCluster(id)));
  clearInterval(watch);
  await close();
  await plane.stop();
  await remove();
  const tenth = Math.max(1, Math.ceil(count / 10));
  return {
    ...{ count, together, failed, peak, readings },
    took: { each: median(times), together: all },
    memory: { early: median(readings.slice(0, tenth)), late: median(readings.slice(-tenth)) },
  };
}
