import { rm, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClustersDocument, DeleteClusterDocument } from '../operations/documents.js';
import { cluster } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { serversOf } from '../support/leftovers.js';
import { until } from '../support/until.js';
import { Dice } from './dice.js';
import { anyFault, type Fault } from './faults.js';
import { begin, ended, provesData, provesEvents, watch, type Begun } from './round.js';
import { Tally } from './table.js';
import { World } from './world.js';
import type { Held } from './writes.js';

const rounds = Number(process.env['CHAOS_ROUNDS'] ?? 5);
const seed = Number(process.env['CHAOS_SEED'] ?? 1);
const dice = new Dice(seed);
const tally = new Tally();
const clusters: Held[] = [];
let world: World;

beforeAll(async () => {
  process.stdout.write(`chaos: ${rounds} rounds, seed ${seed}\n`);
  world = await World.begin();
}, 240_000);

afterAll(async () => {
  process.stdout.write(tally.toString(seed));
  await world.end();
  await cleanUp();
}, 120_000);

const servers = async (): Promise<string[]> =>
  (await serversOf(world.dataDir)).filter((name) => !name.startsWith('.')).sort();

/** The servers that there are according to the rows. */
async function wanted(): Promise<(string | null | undefined)[]> {
  const { clusters: page } = await world.api().get(ClustersDocument, { first: 100 });
  return page.edges
    .flatMap(({ node }) => node.instances.flatMap(({ server }) => (server == null ? [] : [server])))
    .sort();
}

const ready = (): Promise<boolean> =>
  until(
    'the api processes are ready',
    async () => {
      const answers = (['api 1', 'api 2'] as const).map((name) => fetch(`${world.api(name).url}/readyz`));
      const statuses = (await Promise.allSettled(answers)).map((answer) =>
        answer.status === 'fulfilled' ? answer.value.status : 0,
      );
      return statuses.every((status) => status === 200);
    },
    60_000,
  );

/** A cluster whose operation failed, or that was deleted, leaves the run. */
async function settle({ action, held }: Begun, status: string): Promise<void> {
  const sound = status === 'SUCCEEDED' && (await cluster(world.api(), held.id)).status === 'ACTIVE';
  if (action !== 'delete' && sound) return;
  clusters.splice(clusters.indexOf(held), 1);
  if (action === 'delete' && status === 'SUCCEEDED') return;
  const { deleteCluster } = await world.api().get(DeleteClusterDocument, { id: held.id });
  const end = await ended(world, deleteCluster.operation.id);
  if (end?.status !== 'SUCCEEDED')
    throw new Error(`it cannot be deleted: ${end?.error?.message ?? String(end?.status)}`);
}

async function play(round: number, fault: Fault, pause: number): Promise<string[]> {
  await ready();
  const early = fault.kind.startsWith('provider');
  if (early) await fault.strike(world);
  const begun = await begin(dice, world, clusters, round);
  const watching = watch(world.api('api 2'), begun.operationId);
  if (!early) {
    await delay(pause);
    await fault.strike(world);
  }
  const struckAt = performance.now();
  const end = await ended(world, begun.operationId);
  if (fault.kind === 'kill -9') tally.longestFromKill = Math.max(tally.longestFromKill, performance.now() - struckAt);
  const status = end?.status ?? 'unknown';
  tally.count(tally.ends, `${begun.action} ${status}`);
  if (end === null || !['SUCCEEDED', 'FAILED', 'CANCELLED'].includes(status))
    return [`${begun.action} has not ended: ${status} ${end?.message ?? ''}`];
  const wrong: string[] = [];
  if (status === 'FAILED' && (end.error?.message ?? '') === '') wrong.push('it failed without words');
  await ready();
  wrong.push(...(await provesEvents(world, begun.operationId, await watching)));
  if (begun.action !== 'delete') wrong.push(...(await provesData(world, begun.held)));
  await settle(begun, status);
  const [there, rows] = [await servers(), await wanted()];
  if (JSON.stringify(there) !== JSON.stringify(rows))
    wrong.push(`the provider has ${there.join(', ') || 'nothing'}, the rows ${rows.join(', ') || 'nothing'}`);
  for (const name of await readdir(join(world.dataDir, 'faults')))
    if (name !== 'cut') await rm(join(world.dataDir, 'faults', name), { force: true });
  return wrong.map((words) => `${begun.action}: ${words}`);
}

describe('whatever befalls it', () => {
  it('loses nothing, does nothing twice and leaves nothing behind', async () => {
    for (let round = 1; round <= rounds; round += 1) {
      const fault = anyFault(dice);
      const name = `${fault.kind}${fault.what === '' ? '' : ` (${fault.what})`}`;
      const wrong = await play(round, fault, dice.next() * 2000).catch((error: unknown) => [String(error)]);
      tally.rounds += 1;
      tally.count(tally.faults, fault.kind);
      tally.violations.push(...wrong.map((words) => `round ${round}, ${name}: ${words}`));
      process.stdout.write(`round ${round}: ${name}: ${wrong.join('; ') || 'all is well'}\n`);
    }
    expect(tally.violations).toEqual([]);
  });
});
