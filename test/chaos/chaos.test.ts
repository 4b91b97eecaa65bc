import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp } from '../support/control-plane.js';
import { Dice } from './dice.js';
import { anyFault } from './faults.js';
import { Rounds } from './round.js';
import { Tally } from './table.js';
import { World } from './world.js';

const count = Number(process.env['CHAOS_ROUNDS'] ?? 5);
/** No further round begins after that. */
const minutes = Number(process.env['CHAOS_MINUTES'] ?? Infinity);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const sideBySide = Number(process.env['CHAOS_CLUSTERS'] ?? 2);
const provider = process.env['CHAOS_PROVIDER'] ?? 'local';
/** More than this in a row, and it is no longer the product that is tested. */
const mostBroken = 3;

const tally = new Tally();
let world: World;
let rounds: Rounds;

beforeAll(async () => {
  process.stdout.write(`chaos: ${count} rounds on ${provider}, ${sideBySide} clusters side by side, seed ${seed}\n`);
  world = await World.begin(provider);
  rounds = new Rounds(world, tally, sideBySide);
}, 240_000);

afterAll(async () => {
  process.stdout.write(tally.toString(seed));
  await world.end();
  await cleanUp();
}, 240_000);

describe('whatever befalls it', () => {
  it('loses nothing, does nothing twice and leaves nothing behind', async () => {
    const began = performance.now();
    let broken = 0;
    const isOver = (): boolean => performance.now() - began > minutes * 60_000;
    for (let round = 1; round <= count && broken < mostBroken && !isOver(); round += 1) {
      // Each round has dice of its own: one that went another way than in an earlier run changes no later one.
      const dice = new Dice(seed + round * 7919);
      const fault = anyFault(dice);
      const name = `${fault.kind}${fault.what === '' ? '' : ` (${fault.what})`}`;
      const roundBegan = performance.now();
      const wrong = await rounds.play(round, dice, fault).then(
        (words) => {
          broken = 0;
          return words;
        },
        (error: unknown) => {
          broken += 1;
          rounds.forget();
          return [String(error)];
        },
      );
      tally.rounds += 1;
      tally.count(tally.faults, fault.kind);
      tally.violations.push(...wrong.map((words) => `round ${round}, ${name}: ${words}`));
      const seconds = ((performance.now() - roundBegan) / 1000).toFixed(1);
      process.stdout.write(`round ${round}, ${seconds} s: ${name}: ${wrong.join('; ') || 'all is well'}\n`);
    }
    tally.violations.push(...(await rounds.close().catch((error: unknown) => [String(error)])));
    tally.longestTakeover = await world.longestTakeover();
    tally.seconds = (performance.now() - began) / 1000;
    expect(tally.violations).toEqual([]);
  });
});
