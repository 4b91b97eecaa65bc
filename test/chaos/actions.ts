import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../src/errors.js';
import {
  AddNodeDocument,
  CreateClusterDocument,
  DeleteClusterDocument,
  OperationDocument,
  OperationProgressDocument,
  RegisterDatastoreDocument,
  RemoveNodeDocument,
  RestartClusterDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, type OperationEvent } from '../support/clusters.js';
import type { Dice } from './dice.js';
import { fronts, lookMs, type Front, type World } from './world.js';
import type { Held } from './writes.js';

export type Action = 'create' | 'addNode' | 'removeNode' | 'restart' | 'delete';

/** One thing that was asked for. */
export interface Begun {
  readonly action: Action;
  readonly operationId: string;
  readonly held: Held;
  /** How often the database of each of the cluster's servers had been started before. */
  readonly starts: ReadonlyMap<string, number>;
  /** What two subscribers see live, one at each api. */
  readonly live: readonly { readonly at: Front; readonly seen: Promise<Seen> }[];
}

/** What a subscriber saw, and the words of what ended it too early, if anything did. */
export interface Seen {
  readonly events: readonly OperationEvent[];
  readonly broke: string | null;
}

async function subscriber(api: Api, id: string): Promise<Seen> {
  const events: OperationEvent[] = [];
  try {
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id }))
      events.push(operationProgress);
    return { events, broke: null };
  } catch (error) {
    return { events, broke: messageOf(error) };
  }
}

/** How often the databases of a cluster have been started, by server. */
export async function startsOf(world: World, clusterId: string): Promise<Map<string, number>> {
  const { instances } = await cluster(world.api(), clusterId);
  const servers = instances.flatMap(({ server }) => server ?? []);
  return new Map(await Promise.all(servers.map(async (server) => [server, await world.place.starts(server)] as const)));
}

/** Asks for a new cluster, or for something that a cluster there is allows. */
export async function begin(dice: Dice, world: World, held: Held | null, name: string): Promise<Begun> {
  const starts = held === null ? new Map<string, number>() : await startsOf(world, held.id);
  const action = held === null ? 'create' : await anyAction(dice, world, held.id);
  const size = dice.next() < 0.75 ? 1 : 2;
  const { operationId, on } =
    held === null || action === 'create' ? await create(world, name, size) : await change(world, action, held);
  const live = fronts.map((at) => ({ at, seen: subscriber(world.api(at), operationId) }));
  return { action, operationId, held: on, starts, live };
}

async function anyAction(dice: Dice, world: World, id: string): Promise<Exclude<Action, 'create'>> {
  const { size } = await cluster(world.api(), id);
  const actions: ['restart', ...Exclude<Action, 'create'>[]] = [
    'restart',
    'delete',
    size < 3 ? 'addNode' : 'removeNode',
  ];
  return dice.pick(size > 1 ? [...actions, 'removeNode'] : actions);
}

async function create(world: World, name: string, size: number) {
  const api = world.api();
  const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input: world.place.offer });
  const input = { name, datastoreId: registerDatastore.id, size };
  const { createCluster } = await api.get(CreateClusterDocument, { input });
  const on = { id: createCluster.cluster.id, credentials: createCluster.credentials, written: 0 };
  return { operationId: createCluster.operation.id, on };
}

async function change(world: World, action: Exclude<Action, 'create'>, on: Held) {
  const api = world.api();
  const { id } = on;
  switch (action) {
    case 'addNode': {
      const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: id, count: 1 } });
      return { operationId: addNode.operation.id, on };
    }
    case 'removeNode': {
      const { removeNode } = await api.get(RemoveNodeDocument, { input: { clusterId: id } });
      return { operationId: removeNode.operation.id, on };
    }
    case 'restart':
      return { operationId: (await api.get(RestartClusterDocument, { id })).restartCluster.operation.id, on };
    case 'delete':
      return { operationId: (await api.get(DeleteClusterDocument, { id })).deleteCluster.operation.id, on };
  }
}

const ends = ['SUCCEEDED', 'FAILED', 'CANCELLED'];

/** An operation as it ended, whatever answers meanwhile; null where it has not. */
export async function ended(world: World, id: string) {
  const until = performance.now() + world.place.patienceMs;
  for (;;) {
    const answer = await world
      .api()
      .ask(OperationDocument, { id })
      .catch(() => null);
    const operation = answer?.data?.operation ?? null;
    if (operation !== null && ends.includes(operation.status)) return operation;
    if (performance.now() > until) return null;
    await delay(lookMs);
  }
}
