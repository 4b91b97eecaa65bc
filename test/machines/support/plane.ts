import type { Api } from '../../support/api.js';
import { ControlPlane, makeDataDir, type Environment } from '../../support/control-plane.js';
import {
  CreateClusterDocument,
  RegisterDatastoreDocument,
  type CreateClusterInput,
  type RegisterDatastoreInput,
} from '../../operations/documents.js';
import type { Created } from '../../support/clusters.js';

/** A control plane whose clusters are on real servers. */
export async function startPlane(env: Environment, dataDir?: string): Promise<{ plane: ControlPlane; api: Api }> {
  const plane = await ControlPlane.start(dataDir ?? (await makeDataDir()), { DTROVE_PROVIDERS: 'incus', ...env });
  return { plane, api: await plane.api() };
}

/** Asks for a cluster of an offer, which is registered where it is not yet. */
export async function ask(
  api: Api,
  offer: RegisterDatastoreInput,
  input: Omit<CreateClusterInput, 'datastoreId'>,
): Promise<Created> {
  const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input: offer });
  const wish = { ...input, datastoreId: registerDatastore.id };
  return (await api.get(CreateClusterDocument, { input: wish })).createCluster;
}

/** The certificate of a cluster's authority, for its clients. */
export async function authorityOf(api: Api, id: string): Promise<string> {
  type Found = { readonly cluster: { readonly caCertificate: string } };
  const query = 'query($id: ID!) { cluster(id: $id) { caCertificate } }';
  return (await api.ask<Found, { id: string }>(query, { id })).data?.cluster.caCertificate ?? '';
}
