import { onCleanUp } from './clean-up.mjs';
import { startControlPlane } from './control-plane.mjs';
import { floor } from './floor.mjs';
import { makeGround } from './ground.mjs';
import { made } from './made.mjs';
import { median } from './numbers.mjs';
import { makePlace } from './place.mjs';
import { stepTable } from './steps.mjs';
import { ms } from './table.mjs';

/** Floor and DTrove by turns, so that whatever else the machine does meets both alike. @param {import('./options.mjs').Options} options */
export async function create({ rounds = 7, sizes }) {
  const { path } = await makePlace();
  const plane = await startControlPlane(path);
  const api = plane.api();
  onCleanUp(() => api.close());
  const datastoreId = await api.datastore();
  const ground = await makeGround(path);
  const pairs = sizes.map((size) => ({ size, first: null, pairs: [] }));
  for (let round = 0; round <= rounds; round += 1) {
    for (const of of pairs) {
      const name = `bench-${round}-${of.size}`;
      const pair = {
        floor: await floor(of.size, ground),
        dtrove: await made(api, { name, datastoreId, size: of.size }),
      };
      // The first fills caches, on both sides; it is shown, and not counted.
      if (round === 0) of.first = pair;
      else of.pairs.push(pair);
      tell(round, of.size, pair);
    }
  }
  await plane.stop();
  const data = pairs.map(summary);
  return { data, tables: [figures(data), ...data.map(stepTable)] };
}

function tell(round, size, { floor: base, dtrove }) {
  const ratio = (dtrove.took / base.took).toFixed(2);
  console.error(
    `${round === 0 ? 'first' : `round ${round}`}: ${size} node(s): ${ms(base.took)}, ${ms(dtrove.took)}, ${ratio}`,
  );
}

function summary({ size, first, pairs }) {
  const ratios = pairs.map((pair) => pair.dtrove.took / pair.floor.took);
  return {
    size,
    floor: median(pairs.map((pair) => pair.floor.took)),
    floorInitialised: median(pairs.map((pair) => pair.floor.initialised)),
    floorPrimaryUp: median(pairs.map((pair) => pair.floor.primaryUp)),
    dtrove: median(pairs.map((pair) => pair.dtrove.took)),
    answered: median(pairs.map((pair) => pair.dtrove.answered)),
    ratio: median(ratios),
    ratios,
    first,
    pairs,
  };
}

const goal = { 1: '1000 ms', 3: '3000 ms' };

const figures = (data) => ({
  title: 'From the mutation to a cluster that takes writes (1 node), whose replicas stream (more)',
  columns: [
    'nodes',
    'rounds',
    'floor',
    'of it initdb',
    'DTrove',
    'aim',
    'ratio',
    'aim',
    'lowest',
    'highest',
    'first after the start',
  ],
  rows: data.map(({ size, pairs, floor: base, floorInitialised, dtrove, ratio, ratios, first }) => [
    size,
    pairs.length,
    ms(base),
    ms(floorInitialised),
    ms(dtrove),
    goal[size] ?? '',
    ratio.toFixed(2),
    '1.30',
    Math.min(...ratios).toFixed(2),
    Math.max(...ratios).toFixed(2),
    ms(first.dtrove.took),
  ]),
});
