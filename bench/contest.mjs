import { loadavg } from 'node:os';
import { median } from './numbers.mjs';
import { ms } from './table.mjs';

/**
 * Lets contestants take turns, so that whatever else the machine does meets all alike, after a round that is not counted
 * and fills caches, unless it would take too long. Each is compared with the first of its own round. Every round begins with another one.
 * @param {string} what
 * @param {Record<string, (round: number) => Promise<number>>} contestants Milliseconds that each took.
 * @param {number} rounds
 * @param {boolean} [warm]
 */
export async function contest(what, contestants, rounds, warm = true) {
  const names = Object.keys(contestants);
  const taken = Object.fromEntries(names.map((name) => [name, []]));
  const loads = [];
  for (let round = warm ? 0 : 1; round <= rounds; round += 1) {
    const order = names.map((_, i) => names[(i + round) % names.length]);
    const times = {};
    loads.push(loadavg()[0]);
    for (const name of order) times[name] = await contestants[name](round);
    if (round > 0) for (const name of names) taken[name].push(times[name]);
    const told = names.map((name) => `${name} ${ms(times[name])}`).join(', ');
    console.error(`${what}, ${round === 0 ? 'first, not counted' : `round ${round}`}: ${told}`);
  }
  const [base] = names;
  const compared = names.map((name) => {
    const times = taken[name].map((time, i) => time / taken[base][i]);
    return [name, { median: median(taken[name]), taken: taken[name], times: spread(times) }];
  });
  return { rounds, load: median(loads), contestants: Object.fromEntries(compared) };
}

const spread = (values) => ({ median: median(values), lowest: Math.min(...values), highest: Math.max(...values) });
