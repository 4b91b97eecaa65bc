import { ClustersDocument } from '../operations/documents.js';
import { cluster, follow } from '../support/clusters.js';
import { until } from '../support/until.js';
import { startsOf, type Begun } from './actions.js';
import type { World } from './world.js';
import { proveWrites, write } from './writes.js';

/**
 * Each event of an operation once and in order, for whoever watched and whoever asks; each step done once. Nothing ends a
 * subscription early but the end of its process (`killed`).
 */
export async function provesEvents(world: World, { operationId, live }: Begun, killed: string): Promise<string[]> {
  const [here, there] = await Promise.all([
    follow(world.api('api 1'), operationId),
    follow(world.api('api 2'), operationId),
  ]);
  const wrong: string[] = [];
  if (JSON.stringify(here) !== JSON.stringify(there)) wrong.push('two subscribers saw different events');
  // A subscription ends with its operation; one that is retried later has more to tell.
  const firstEnd = here.findIndex(({ operation }) => operation.status === 'CANCELLED') + 1;
  for (const { at, seen } of live) {
    const { events, broke } = await seen;
    // One that could not even begin was told so: the database was away.
    if (broke !== null && events.length > 0 && at !== killed)
      wrong.push(`a subscription at ${at} broke after ${events.length} events: ${broke}`);
    const whole = broke !== null || events.length === here.length || events.length === firstEnd;
    if (!whole || JSON.stringify(events) !== JSON.stringify(here.slice(0, events.length)))
      wrong.push(`a subscriber at ${at} saw ${events.length} events live, and ${here.length} are recorded`);
  }
  const done = here.flatMap(({ step }) => (step?.status === 'DONE' ? [step.id] : []));
  if (new Set(done).size !== done.length) wrong.push('a step was done more than once');
  return wrong;
}

/** All that was acknowledged is there; one more write. */
export async function provesData(world: World, { held }: Begun): Promise<string[]> {
  let found = await cluster(world.api(), held.id);
  // A server that was out of reach for a moment may still be shown so.
  await until('the cluster is well', async () => {
    found = await cluster(world.api(), held.id);
    return found.status === 'ACTIVE';
  }).catch(() => undefined);
  if (found.status !== 'ACTIVE') return [`it has succeeded, and the cluster is ${found.status}: ${found.message}`];
  const wrong = await proveWrites(found.endpoints, held);
  held.written += 1;
  await write(found.endpoints, held);
  return wrong;
}

/** What was to be started was started once, and nothing else was. */
export async function provesEffects(world: World, { action, held, starts }: Begun): Promise<string[]> {
  const now = await startsOf(world, held.id);
  return [...now].flatMap(([server, count]) => {
    const before = starts.get(server);
    const wanted = before === undefined ? 1 : before + (action === 'restart' ? 1 : 0);
    const more = before === undefined ? count : count - before;
    return count === wanted ? [] : [`the database on ${server} was started ${more} times`];
  });
}

/** The servers that there are are those of the rows. */
export async function provesServers(world: World): Promise<string[]> {
  const { clusters: page } = await world.api().get(ClustersDocument, { first: 100 });
  const rows = page.edges.flatMap(({ node }) => node.instances.flatMap(({ server }) => server ?? [])).sort();
  const there = (await world.place.servers()).sort();
  if (JSON.stringify(there) === JSON.stringify(rows)) return [];
  return [`the provider has ${there.join(', ') || 'nothing'}, the rows ${rows.join(', ') || 'nothing'}`];
}
