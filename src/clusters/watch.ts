import type { DataSource, EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { ClusterStatus, type OperationStatus } from '../../schema/enums.js';
import { Instance } from '../../schema/instance.js';
import { Operation } from '../../schema/operation.js';
import type { OperationEvent } from '../../schema/payloads.js';
import { DomainError } from '../errors.js';
import type { Bus } from '../events/bus.js';
import { newest } from '../events/event-log.js';
import { clusterTopic, operationTopic, type RecordedEvent } from '../events/event.js';
import { startWith, transform } from '../events/transform.js';
import { isId } from '../ids.js';
import { openStatuses } from '../operations/operations.js';
import { operationEvent, revive } from '../operations/snapshot.js';
import { liveInstances } from './states.js';

type Stream<T> = AsyncIterableIterator<T, undefined>;
type Json = Readonly<Record<string, unknown>>;

/** What is watched with: `onOverflow` is called when the client does not read. */
export interface Watching {
  readonly db: DataSource;
  readonly bus: Bus;
}

const missing = (what: string, id: string, field: string): DomainError =>
  new DomainError('NOT_FOUND', `there is no ${what} ${id}`, { field });

/** An operation's events from the first on; ends with the event of its end. */
export async function watchOperation(
  { db, bus }: Watching,
  id: string,
  onOverflow: () => void,
): Promise<Stream<OperationEvent>> {
  // One snapshot: an end that came between two reads would be taken for none, and waited for in vain.
  const { topic, end } = await db.transaction('REPEATABLE READ', async (tx) => {
    const operation = isId(id) ? await tx.findOneBy(Operation, { id }) : null;
    if (operation === null) throw missing('operation', id, 'id');
    return { topic: operationTopic(operation.id), end: await endOf(tx, operation) };
  });
  const events = await bus.subscribe(topic, { after: 0, onOverflow });
  return transform(events, {
    map: ({ payload }) => operationIn(payload),
    // A retried operation has ended before: only the end that stands is one.
    last: ({ seq, payload }) => seq >= end && ended(payload['operation'] as { status: OperationStatus }),
  });
}

const ended = ({ status }: { status: OperationStatus }): boolean => !openStatuses.includes(status);

/** The number of the newest event, which is the end of an operation that has ended; 1 of one that goes on. */
async function endOf(tx: EntityManager, operation: Operation): Promise<number> {
  return ended(operation) ? newest(tx, operationTopic(operation.id)) : openSince(tx, operation.id);
}

async function openSince(tx: EntityManager, id: string): Promise<number> {
  const [row] = await tx.query<{ seq: string | null }[]>(
    `SELECT max(seq) AS seq FROM event WHERE topic = $1 AND payload->'operation'->>'status' IN ('FAILED', 'CANCELLED')`,
    [operationTopic(id)],
  );
  return Number(row?.seq ?? 0) + 1;
}

/** The present and every later status of a cluster; ends when it is deleted. */
export async function watchCluster(
  { db, bus }: Watching,
  id: string,
  onOverflow: () => void,
): Promise<Stream<Cluster>> {
  const { cluster, events } = await clusterEvents({ db, bus }, id, 'id', onOverflow);
  const changes = transform(events, { map: ({ payload }) => clusterIn(payload), last: deletes });
  return following(cluster, [cluster], changes);
}

/** The present state of a cluster's instances and every later one; ends when the cluster is deleted. */
export async function watchInstances(
  { db, bus }: Watching,
  clusterId: string,
  onOverflow: () => void,
): Promise<Stream<Instance>> {
  const { cluster, instances, events } = await clusterEvents({ db, bus }, clusterId, 'clusterId', onOverflow);
  const isNews = newsAfter(instances);
  const news = (instance: Instance | undefined) => (instance && isNews(instance) ? instance : undefined);
  const changes = transform(events, { map: ({ payload }) => news(instanceIn(payload)), last: deletes });
  return following(cluster, instances, changes);
}

async function clusterEvents({ db, bus }: Watching, id: string, field: string, onOverflow: () => void) {
  // The rows and the number of the newest event from one snapshot: what comes after it is exactly what they lack.
  const state = await db.transaction('REPEATABLE READ', async (tx) => {
    const cluster = isId(id) ? await tx.findOneBy(Cluster, { id }) : null;
    if (cluster === null) throw missing('cluster', id, field);
    const topic = clusterTopic(cluster.id);
    return { cluster, topic, instances: await liveInstances(tx, id), after: await newest(tx, topic) };
  });
  return { ...state, events: await bus.subscribe(state.topic, { after: state.after, onOverflow }) };
}

/** All subscribers are given the same object of one event, so that what they ask of it is answered once. */
function shared<From extends object, T>(read: (from: From) => T): (from: From) => T {
  const known = new WeakMap<From, { readonly value: T }>();
  return (from) => {
    const entry = known.get(from) ?? { value: read(from) };
    known.set(from, entry);
    return entry.value;
  };
}

const clusterIn = shared(({ cluster }: Json) =>
  cluster === undefined ? undefined : revive(new Cluster(), cluster as Json, ['createdAt', 'deletedAt']),
);

const instanceIn = shared(({ instance }: Json) =>
  instance === undefined ? undefined : revive(new Instance(), instance as Json, ['createdAt', 'deletedAt']),
);

const operationIn = shared(operationEvent);

/** What there is to see of an instance. */
const looksOf = shared(
  ({ serverStatus, progress, message, trouble, datastoreUp, role, addr, server }: Instance): string =>
    JSON.stringify([serverStatus, progress, message, trouble, datastoreUp, role, addr, server]),
);

/** Whether an instance looks another way than when it was seen last: much that is written of one is nothing to see. */
function newsAfter(known: readonly Instance[]): (instance: Instance) => boolean {
  const seen = new Map(known.map((instance) => [instance.id, looksOf(instance)]));
  return (instance) => {
    const now = looksOf(instance);
    if (seen.get(instance.id) === now) return false;
    seen.set(instance.id, now);
    return true;
  };
}

const deletes = ({ payload }: RecordedEvent): boolean =>
  (payload['cluster'] as Cluster | undefined)?.status === ClusterStatus.DELETED;

/** First what is, then what comes; of a deleted cluster nothing comes any more. */
function following<T>(cluster: Cluster, now: readonly T[], changes: Stream<T>): Stream<T> {
  if (cluster.status !== ClusterStatus.DELETED) return startWith(now, changes);
  void changes.return?.();
  return startWith(now, changes);
}
