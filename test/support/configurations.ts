import {
  AttachConfigurationDocument,
  ConfiguredClusterDocument,
  CreateConfigurationDocument,
  DetachConfigurationDocument,
  PlanConfigurationDocument,
} from '../operations/documents.js';
import type { Api } from './api.js';

type Values = Readonly<Record<string, unknown>>;

/** Makes a configuration of those values; its id. */
export async function configurationOf(api: Api, datastoreId: string, name: string, values: Values): Promise<string> {
  const { createConfiguration } = await api.get(CreateConfigurationDocument, { input: { name, datastoreId, values } });
  return createConfiguration.id;
}

/** Attaches a configuration; the id of the operation. */
export async function attach(api: Api, clusterId: string, configurationId: string, version?: number): Promise<string> {
  const wish = { clusterId, configurationId, ...(version !== undefined && { version }) };
  return (await api.get(AttachConfigurationDocument, wish)).attachConfiguration.operation.id;
}

export async function detach(api: Api, clusterId: string): Promise<string> {
  return (await api.get(DetachConfigurationDocument, { clusterId })).detachConfiguration.operation.id;
}

export async function configured(api: Api, id: string) {
  const { cluster } = await api.get(ConfiguredClusterDocument, { id });
  if (cluster == null) throw new Error(`no cluster ${id}`);
  return cluster;
}

/** Who would go when: the role of each, in order, with the names of what changes there. */
export async function orderOf(api: Api, clusterId: string, configurationId?: string) {
  const wish = { clusterId, ...(configurationId !== undefined && { configurationId }) };
  const { planConfiguration: plan } = await api.get(PlanConfigurationDocument, wish);
  return { ...plan, roles: plan.instances.map(({ instance }) => instance.role) };
}
