import { ApiError, type Api } from './api.js';
import {
  DemoCancelOperationDocument,
  DemoClusterDocument,
  DemoCreateClusterDocument,
  DemoDatastoresDocument,
  DemoDeleteClusterDocument,
  DemoRegisterDatastoreDocument,
  type DemoClusterQuery,
  type DemoCreateClusterMutation,
  type DemoDatastoresQuery,
} from './documents.js';
import { DemoFailure } from './failure.js';

export type Datastore = DemoDatastoresQuery['datastores'][number];
export type Created = DemoCreateClusterMutation['createCluster'];
export type Cluster = NonNullable<DemoClusterQuery['cluster']>;

const WANTED = { manager: 'postgres', version: '17', image: 'local' } as const;
const DEFAULT_NAME = 'demo';
const MOST_NAMES = 1_000;

/** PostgreSQL 17 as it is offered; registered first where nobody has yet. */
export async function postgres17(api: Api, signal: AbortSignal): Promise<Datastore> {
  const found = await offered(api, signal);
  if (found) return found;
  try {
    return (await api.ask(DemoRegisterDatastoreDocument, { input: WANTED }, signal)).registerDatastore;
  } catch (error) {
    // Somebody else registered it in this very moment.
    const theirs = error instanceof ApiError && error.code === 'CONFLICT' ? await offered(api, signal) : undefined;
    if (theirs) return theirs;
    throw error;
  }
}

async function offered(api: Api, signal: AbortSignal): Promise<Datastore | undefined> {
  const { datastores } = await api.ask(DemoDatastoresDocument, {}, signal);
  const fitting = datastores.filter(({ manager, version }) => manager === WANTED.manager && version === WANTED.version);
  return fitting.find(({ image }) => image === WANTED.image) ?? fitting[0];
}

/** Creates the cluster `name`; without a name the first of demo, demo-2, demo-3, … that is free. */
export async function createCluster(
  api: Api,
  { name, size }: { readonly name: string | undefined; readonly size: number },
  datastoreId: string,
  signal: AbortSignal,
): Promise<Created> {
  for (let number = 1; number <= MOST_NAMES; number += 1) {
    const tried = name ?? nameOf(number);
    try {
      return (await api.ask(DemoCreateClusterDocument, { input: { name: tried, datastoreId, size } }, signal))
        .createCluster;
    } catch (error) {
      if (name !== undefined || !isTaken(error)) throw error;
    }
  }
  throw new DemoFailure(`every name from ${DEFAULT_NAME} to ${nameOf(MOST_NAMES)} is taken; choose one with --name`);
}

const nameOf = (number: number): string => (number === 1 ? DEFAULT_NAME : `${DEFAULT_NAME}-${number}`);

const isTaken = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'CONFLICT' && error.field === 'name';

/** The cluster as it is now, which has to be in full health. */
export async function activeCluster(api: Api, id: string, signal: AbortSignal): Promise<Cluster> {
  const { cluster } = await api.ask(DemoClusterDocument, { id }, signal);
  if (cluster === null) throw new DemoFailure(`the cluster ${id} is gone`);
  if (cluster.status === 'ACTIVE') return cluster;
  throw new DemoFailure(`the cluster is ${cluster.status}: ${cluster.message}`);
}

/** Asks for the cluster's end; returns the operation to follow. */
export async function deleteCluster(api: Api, { cluster: { id } }: Created, signal: AbortSignal): Promise<string> {
  return (await api.ask(DemoDeleteClusterDocument, { id }, signal)).deleteCluster.operation.id;
}

/** Asks the creation to end before its next step; false where it has ended already. */
export async function cancelCreation(api: Api, { operation: { id } }: Created, signal: AbortSignal): Promise<boolean> {
  try {
    await api.ask(DemoCancelOperationDocument, { id }, signal);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}
