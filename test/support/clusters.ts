import {
  ClusterDocument,
  CreateClusterDocument,
  DeleteClusterDocument,
  OperationDocument,
  OperationProgressDocument,
  RegisterDatastoreDocument,
  type CreateClusterMutation,
  type OperationProgressSubscription,
} from '../operations/documents.js';
import type { Api } from './api.js';

export type OperationEvent = OperationProgressSubscription['operationProgress'];
export type Created = CreateClusterMutation['createCluster'];

/** The engine version that the local provider carries. */
export async function postgres17(api: Api): Promise<string> {
  const input = { manager: 'postgres', version: '17', image: 'local' };
  return (await api.get(RegisterDatastoreDocument, { input })).registerDatastore.id;
}

export async function createCluster(api: Api, name: string, size: number): Promise<Created> {
  const datastoreId = await postgres17(api);
  return (await api.get(CreateClusterDocument, { input: { name, datastoreId, size } })).createCluster;
}

/** Every event of an operation until it ends. */
export async function follow(api: Api, id: string): Promise<OperationEvent[]> {
  const events: OperationEvent[] = [];
  for await (const { operationProgress } of api.watch(OperationProgressDocument, { id }))
    events.push(operationProgress);
  return events;
}

/** Waits until a step of that name is where it shall be; an operation that ends before is an error. */
export async function reached(api: Api, id: string, name: string, status: string, on?: string): Promise<void> {
  for await (const { operationProgress } of api.watch(OperationProgressDocument, { id })) {
    const { step } = operationProgress;
    if (step?.name === name && step.status === status && (on === undefined || step.instance?.name === on)) return;
  }
  throw new Error(`the operation ended before its step "${name}" was ${status}`);
}

/** An operation that has failed, with its steps; throws where it did not. */
export async function fail(api: Api, id: string) {
  await follow(api, id);
  const { operation } = await api.get(OperationDocument, { id });
  if (operation?.status !== 'FAILED') throw new Error(`it did not fail: ${JSON.stringify(operation)}`);
  return { ...operation, message: operation.error?.message ?? '', code: operation.error?.code ?? '' };
}

/** Waits for an operation's end. Throws with its error unless it succeeded. */
export async function succeed(api: Api, id: string): Promise<OperationEvent[]> {
  const events = await follow(api, id);
  const { operation } = await api.get(OperationDocument, { id });
  if (operation?.status !== 'SUCCEEDED')
    throw new Error(`${operation?.kind ?? ''} ${operation?.status ?? 'gone'}: ${JSON.stringify(operation)}`);
  return events;
}

export async function cluster(api: Api, id: string) {
  const { cluster: found } = await api.get(ClusterDocument, { id });
  if (found == null) throw new Error(`no cluster ${id}`);
  return found;
}

export async function deleteCluster(api: Api, id: string): Promise<void> {
  const { deleteCluster: made } = await api.get(DeleteClusterDocument, { id });
  await succeed(api, made.operation.id);
}
