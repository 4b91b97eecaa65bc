import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp } from '../support/control-plane.js';
import { Dice } from './dice.js';
import { anyFault } from './faults.js';
import { findings } from './findings.js';
import { Rounds } from './round.js';
import { Tally } from './table.js';
import { World } from './world.js';

const count = Number(process.env['CHAOS_ROUNDS'] ?? 5);
/** No further round begins after that. */
const minutes = Number(process.env['CHAOS_MINUTES'] ?? Infinity);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
/** Control planes side by side; each plays its share of the rounds. */
const worldCount = Number(process.env['CHAOS_WORLDS'] ?? 1);
const sideBySide = Number(process.env['CHAOS_CLUSTERS'] ?? 2);
const provider = process.env['CHAOS_PROVIDER'] ?? 'local';
/** More than this in a row, and it is no longer the product that is tested. */
const mostBroken = 3;

const tally = new Tally();
const worlds: World[] = [];

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

beforeAll(async () => {
  say(`chaos: ${count} rounds on ${provider}, ${worldCount} worlds of ${sideBySide} clusters, seed ${seed}`);
  for (let n = 0; n < worldCount; n += 1) worlds.push(await World.begin(provider));
}, 600_000);

afterAll(async () => {
  say(tally.toString(seed, count));
  await Promise.all(worlds.map((world) => world.end()));
  await cleanUp();
}, 600_000);

/** Plays one round. False where it could not be played to its end. */
async function play(world: World, rounds: Rounds, round: number): Promise<boolean> {
  // Each round has dice of its own: one that went another way than in an earlier run changes no later one.
  const dice = new Dice(seed + round * 7919);
  const fault = anyFault(dice);
  const name = `${fault.kind}${fault.what === '' ? '' : ` (${fault.what})`}`;
  const began = performance.now();
  const { wrong, isWhole } = await rounds.play(round, dice, fault).then(
    (words) => ({ wrong: words, isWhole: true }),
    (error: unknown) => ({ wrong: [String(error)], isWhole: false }),
  );
  const seconds = (performance.now() - began) / 1000;
  tally.struck(fault.kind, seconds);
  tally.violations.push(...wrong.map((words) => `round ${round}, ${name}: ${words}`));
  say(`round ${round}, ${seconds.toFixed(1)} s: ${name}: ${wrong.join('; ') || 'all is well'}`);
  if (wrong.length > 0) say(await findings(world));
  if (!isWhole) rounds.forget();
  return isWhole;
}

/** The rounds of one world: which they are depends on nothing but how many worlds there are, so that a seed repeats them. */
async function playAll(world: World, first: number, until: number): Promise<void> {
  const rounds = new Rounds(world, tally, sideBySide);
  let broken = 0;
  for (let round = first; round <= count && broken < mostBroken && performance.now() < until; round += worldCount)
    broken = (await play(world, rounds, round)) ? 0 : broken + 1;
  const wrong = await rounds.close().catch((error: unknown) => [String(error)]);
  if (wrong.length > 0) say(await findings(world));
  tally.violations.push(...wrong);
  tally.longestTakeover = Math.max(tally.longestTakeover, await world.longestTakeover());
}

describe('whatever befalls it', () => {
  it('loses nothing, does nothing twice and leaves nothing behind', async () => {
    const began = performance.now();
    await Promise.all(worlds.map((world, n) => playAll(world, n + 1, began + minutes * 60_000)));
    tally.seconds = (performance.now() - began) / 1000;
    expect(tally.violations).toEqual([]);
  });
});
