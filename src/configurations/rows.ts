import type { EntityManager } from 'typeorm';
import { Configuration, ConfigurationVersion } from '../../schema/configuration.js';
import { Datastore } from '../../schema/datastore.js';
import { DomainError } from '../errors.js';
import { isId } from '../ids.js';
import type { Values } from './check-values.js';

type Lock = 'pessimistic_write' | 'pessimistic_read';

/** Throws NOT_FOUND. */
export async function findConfiguration(
  db: EntityManager,
  id: string,
  field: string,
  lock?: Lock,
): Promise<Configuration> {
  const options = lock === undefined ? {} : { lock: { mode: lock } };
  const found = isId(id) ? await db.findOne(Configuration, { where: { id }, ...options }) : null;
  if (found !== null) return found;
  throw new DomainError('NOT_FOUND', `there is no configuration ${id}; \`configurations\` lists them`, { field });
}

/** Throws NOT_FOUND. */
export async function findVersion(
  db: EntityManager,
  configuration: Configuration,
  version: number,
): Promise<ConfigurationVersion> {
  const { id: configurationId, name } = configuration;
  const isOne = Number.isInteger(version) && version >= 1 && version <= configuration.version;
  const found = isOne ? await db.findOneBy(ConfigurationVersion, { configurationId, version }) : null;
  if (found !== null) return found;
  throw new DomainError(
    'NOT_FOUND',
    `version: the configuration ${name} has the versions 1 to ${configuration.version}, not ${version}`,
    { field: 'version' },
  );
}

/** Throws NOT_FOUND. */
export async function findOffer(db: EntityManager, id: string): Promise<Datastore> {
  const found = isId(id) ? await db.findOneBy(Datastore, { id }) : null;
  if (found !== null) return found;
  throw new DomainError('NOT_FOUND', `there is no datastore ${id}; \`datastores\` lists them`, {
    field: 'datastoreId',
  });
}

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

/** What differs between the values of two versions. */
function changesOf(before: Values, after: Values) {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return names
    .map((name) => ({ name, from: before[name] ?? null, to: after[name] ?? null }))
    .filter(({ from, to }) => !same(from, to));
}

export interface NewVersion {
  readonly values: Values;
  readonly author: string | null;
  /** What makes it, in words. */
  readonly reason: string;
}

/** Adds a version to a configuration that is locked, or new with version 0; where nothing changes, none is made. */
export async function addVersion(
  tx: EntityManager,
  configuration: Configuration,
  { values, author, reason }: NewVersion,
): Promise<void> {
  const { id, version } = configuration;
  const changes = changesOf(configuration.values as Values, values);
  if (changes.length === 0 && version > 0) return;
  const patch = { version: version + 1, values, updatedAt: new Date() };
  Object.assign(configuration, patch);
  if (version === 0) await tx.insert(Configuration, configuration);
  else await tx.update(Configuration, id, patch);
  const made = { configurationId: id, version: version + 1, values, changes, author, reason };
  await tx.insert(ConfigurationVersion, made as object);
}
