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
