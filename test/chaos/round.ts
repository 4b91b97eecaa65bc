import { setTimeout as delay } from 'node:timers/promises';
import {
  AddNodeDocument,
  CreateClusterDocument,
  DeleteClusterDocument,
  OperationDocument,
  RemoveNodeDocument,
  RestartClusterDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, follow, postgres17, type OperationEvent } from '../support/clusters.js';
import type { Dice } from './dice.js';
import { proveWrites, write, type Held } from './writes.js';
import type { World } from './world.js';

export interface Begun {
  readonly action: string;
  readonly operationId: string;
  readonly held: Held;
}

/** How long an operation may take, faults included, in milliseconds. */
const patience = 240_000;

/** Begins something that the clusters there are allow: most often on one, now and then another one. */
export async function begin(dice: Dice, world: World, clusters: Held[], round: number): Promise<Begun> {
  const api = world.api();
  const [held] = clusters;
  if (held === undefined || (clusters.length < 2 && dice.next() < 0.1)) {
    const input = { name: `chaos-${round}`, datastoreId: await postgres17(api), size: dice.next() < 0.7 ? 1 : 2 };
    const { createCluster } = await api.get(CreateClusterDocument, { input });
    const made = { id: createCluster.cluster.id, credentials: createCluster.credentials, written: 0 };
    clusters.push(made);
    return { action: 'create', operationId: createCluster.operation.id, held: made };
  }
  const { size, id } = await cluster(api, held.id);
  const actions: [string, ...string[]] = ['restart', 'delete', ...(size < 3 ? ['addNode', 'addNode'] : ['removeNode'])];
  const action = dice.pick(size > 1 ? [...actions, 'removeNode'] : actions);
  const begun = (operationId: string): Begun => ({ action, operationId, held });
  if (action === 'addNode')
    return begun((await api.get(AddNodeDocument, { input: { clusterId: id, count: 1 } })).addNode.operation.id);
  if (action === 'removeNode')
    return begun((await api.get(RemoveNodeDocument, { input: { clusterId: id } })).removeNode.operation.id);
  if (action === 'restart') return begun((await api.get(RestartClusterDocument, { id })).restartCluster.operation.id);
  return begun((await api.get(DeleteClusterDocument, { id })).deleteCluster.operation.id);
}

/** Waits until an operation has ended, whatever answers meanwhile. */
export async function ended(world: World, id: string) {
  const until = performance.now() + patience;
  for (;;) {
    const answer = await world
      .api()
      .ask(OperationDocument, { id })
      .catch(() => null);
    const operation = answer?.data?.operation ?? null;
    if (operation !== null && !['QUEUED', 'RUNNING', 'WAITING'].includes(operation.status)) return operation;
    if (performance.now() > until) return operation;
    await delay(50);
  }
}

/** What somebody sees who subscribes now and stays; null where the connection broke. */
export const watch = (api: Api, id: string): Promise<OperationEvent[] | null> => follow(api, id).catch(() => null);

/** Each event of an operation once and in order, for whoever asks; each step done once. */
export async function provesEvents(world: World, id: string, live: OperationEvent[] | null): Promise<string[]> {
  const [here, there] = await Promise.all([follow(world.api('api 1'), id), follow(world.api('api 2'), id)]);
  const wrong: string[] = [];
  if (JSON.stringify(here) !== JSON.stringify(there)) wrong.push('two subscribers saw different events');
  if (live !== null && JSON.stringify(live) !== JSON.stringify(here))
    wrong.push(`a subscriber saw ${live.length} events live, and ${here.length} are recorded`);
  const done = here.flatMap(({ step }) => (step?.status === 'DONE' ? [step.id] : []));
  if (new Set(done).size !== done.length) wrong.push('a step was done more than once');
  return wrong;
}

/** All that was acknowledged is there; one more write. */
export async function provesData(world: World, held: Held): Promise<string[]> {
  const found = await cluster(world.api(), held.id);
  if (found.status !== 'ACTIVE') return [];
  const wrong = await proveWrites(found.endpoints, held);
  held.written += 1;
  await write(found.endpoints, held);
  return wrong;
}
