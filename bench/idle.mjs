import { setTimeout as delay } from 'node:timers/promises';
import { startControlPlane } from './control-plane.mjs';
import { makePlace } from './place.mjs';
import { memoryOf, treeOf } from './processes.mjs';

const settleMs = 10_000;
const patienceMs = 60_000;

/** What a control plane holds that nobody uses: it and its PostgreSQL. */
export async function idle() {
  const { path } = await makePlace();
  const plane = await startControlPlane(path);
  // What it does once it is up is part of it; then two readings in a row must agree.
  await delay(settleMs);
  let before = await reading(plane.pid);
  for (const end = performance.now() + patienceMs; performance.now() < end;) {
    await delay(500);
    const now = await reading(plane.pid);
    if (Math.abs(now.rss - before.rss) < 1) break;
    before = now;
  }
  const data = await reading(plane.pid);
  await plane.stop();
  return { data, tables: [table(data)] };
}

async function reading(pid) {
  const processes = await Promise.all((await treeOf(pid)).map(memoryOf));
  const sum = (what) => processes.reduce((total, one) => total + one[what], 0);
  return { rss: sum('rss'), pss: sum('pss'), processes };
}

const mb = (value) => (Number.isNaN(value) ? 'not known' : `${Math.round(value)} MB`);

const table = ({ processes, rss, pss }) => ({
  title: 'An idle control plane with its PostgreSQL (PSS counts memory that processes share once)',
  columns: ['process', 'RSS', 'PSS'],
  rows: [
    ...processes.map((one) => [one.name, mb(one.rss), mb(one.pss)]),
    [`all ${processes.length} (aim: RSS below 200 MB)`, mb(rss), mb(pss)],
  ],
});
