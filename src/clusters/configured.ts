import type { EntityManager } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Configuration, ConfigurationVersion } from '../../schema/configuration.js';
import { Datastore } from '../../schema/datastore.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';

/** The columns of a cluster that tell its configuration. */
export type Configured = Pick<Cluster, 'configurationId' | 'configurationVersion'>;

/** The values that a cluster has of its configuration; none where none is attached. */
export async function configuredValues(db: EntityManager, configured: Configured): Promise<object> {
  const { configurationId, configurationVersion: version } = configured;
  if (configurationId === null || version === null) return {};
  return (await db.findOneByOrFail(ConfigurationVersion, { configurationId, version })).values;
}

/** The settings of a cluster with the values of its configuration, which win over the parameters it was made with. */
export function withValues(settings: object, values: object): object {
  if (Object.keys(values).length === 0) return settings;
  const { parameters } = settings as { readonly parameters?: object };
  return { ...settings, parameters: { ...parameters, ...values } };
}

/** Throws BAD_USER_INPUT unless a configuration is of the same engine and version. */
export async function assertFits(
  db: EntityManager,
  { name, datastoreId }: Configuration,
  datastore: Datastore,
): Promise<void> {
  const own = await db.findOneByOrFail(Datastore, { id: datastoreId });
  if (own.manager === datastore.manager && own.version === datastore.version) return;
  throw new DomainError(
    'BAD_USER_INPUT',
    `configurationId: the configuration ${name} is for ${own.name}, and the cluster is to run ${datastore.name}; make one for that`,
    { field: 'configurationId' },
  );
}

/** The columns of a cluster that is made of a backup: what the cluster has that the backup is of. */
export async function inherited(tx: EntityManager, clusterId: string): Promise<Configured> {
  const { configurationId, configurationVersion } = await tx.findOneByOrFail(Cluster, { id: clusterId });
  return { configurationId, configurationVersion };
}

/** The columns of a new cluster: the newest version of a configuration, or none. */
export async function configurationOf(
  tx: EntityManager,
  datastore: Datastore,
  id: string | null | undefined,
): Promise<Configured> {
  if (id == null) return { configurationId: null, configurationVersion: null };
  // Locked: it must not be deleted before the cluster's row is seen.
  const lock = { mode: 'pessimistic_read' } as const;
  const found = isId(id) ? await tx.findOne(Configuration, { where: { id }, lock }) : null;
  if (found === null)
    throw new DomainError('NOT_FOUND', `there is no configuration ${id}; \`configurations\` lists them`, {
      field: 'configurationId',
    });
  await assertFits(tx, found, datastore);
  return { configurationId: found.id, configurationVersion: found.version };
}
