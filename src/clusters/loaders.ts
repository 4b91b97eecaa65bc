import DataLoader from 'dataloader';
import type { DataSource } from 'typeorm';
import { BackupStore } from '../../schema/backup-store.js';
import { Backup } from '../../schema/backup.js';
import { Cluster } from '../../schema/cluster.js';
import { Configuration, ConfigurationVersion } from '../../schema/configuration.js';
import { Datastore } from '../../schema/datastore.js';
import { Instance } from '../../schema/instance.js';
import { Key } from '../../schema/key.js';
import { OperationStep } from '../../schema/operation-step.js';
import { Operation } from '../../schema/operation.js';
import { OperationConnection } from '../../schema/paging.js';
import { outlast } from '../db/away.js';
import { rowsWhere, toEntities } from '../db/rows.js';
import { connectionOf, parsePage, type PageWish } from './paging.js';

const groupBy = <T>(rows: readonly T[], key: (row: T) => string | null): Map<string | null, T[]> => {
  const groups = new Map<string | null, T[]>();
  for (const row of rows) {
    const group = groups.get(key(row));
    if (group === undefined) groups.set(key(row), [row]);
    else group.push(row);
  }
  return groups;
};

interface Options {
  /** Whether they belong to a subscription: they remember nothing, and wait for a database that is away, as it does. */
  readonly lasting: boolean;
}

function loader<T>(load: (ids: readonly string[]) => Promise<T[]>, { lasting }: Options): DataLoader<string, T> {
  return new DataLoader((ids) => outlast(lasting ? Infinity : 0, () => load(ids)), { cache: !lasting });
}

const unique = (ids: readonly string[]): string[] => [...new Set(ids)];

const one = <T extends { id: string }>(find: (ids: string[]) => Promise<T[]>, options: Options) =>
  loader(async (ids) => {
    const byId = new Map((await find(unique(ids))).map((row) => [row.id, row]));
    return ids.map((id) => byId.get(id) ?? null);
  }, options);

const many = <T>(find: (ids: string[]) => Promise<T[]>, key: (row: T) => string | null, options: Options) =>
  loader(async (ids) => {
    const groups = groupBy(await find(unique(ids)), key);
    return ids.map((id) => groups.get(id) ?? []);
  }, options);

/** The newest operations of many clusters, one page each, in one query. */
async function pagesOfOperations(
  { manager }: DataSource,
  clusterIds: readonly string[],
  wish: PageWish,
): Promise<OperationConnection[]> {
  const page = parsePage(wish);
  const rows = await manager.query<Record<string, unknown>[]>(
    `SELECT o.* FROM unnest($1::uuid[]) AS c (id)
       CROSS JOIN LATERAL (
         SELECT * FROM operation WHERE cluster_id = c.id AND ($2::uuid IS NULL OR id < $2) ORDER BY id DESC LIMIT $3
       ) AS o ORDER BY o.id DESC`,
    [unique(clusterIds), page.afterId, page.limit + 1],
  );
  const groups = groupBy(toEntities(manager, Operation, rows), ({ clusterId }) => clusterId);
  return clusterIds.map((id) => Object.assign(new OperationConnection(), connectionOf(groups.get(id) ?? [], page)));
}

/** The newest backup of each of many clusters, whatever became of it, in one query. */
async function lastBackups({ manager }: DataSource, clusterIds: readonly string[]): Promise<Backup[]> {
  return manager
    .createQueryBuilder(Backup, 'b')
    .distinctOn(['b.cluster_id'])
    .where('b.cluster_id = ANY(:clusterIds) AND b.deleted_at IS NULL', { clusterIds })
    .orderBy('b.cluster_id')
    .addOrderBy('b.id', 'DESC')
    .getMany();
}

/** One query a kind of row for a whole request, however many objects ask: no N+1. Made anew for each request. */
export function createLoaders(db: DataSource, options: Options = { lasting: false }) {
  const { manager } = db;
  const pages = new Map<string, DataLoader<string, OperationConnection>>();
  return {
    backupStore: one((ids) => rowsWhere(manager, BackupStore, 'id = ANY($1)', [ids]), options),
    lastBackupOf: many(
      (ids) => lastBackups(db, ids),
      ({ clusterId }) => clusterId,
      options,
    ),
    datastore: one((ids) => rowsWhere(manager, Datastore, 'id = ANY($1)', [ids]), options),
    cluster: one((ids) => rowsWhere(manager, Cluster, 'id = ANY($1)', [ids]), options),
    instance: one((ids) => rowsWhere(manager, Instance, 'id = ANY($1)', [ids]), options),
    configuration: one((ids) => rowsWhere(manager, Configuration, 'id = ANY($1)', [ids]), options),
    clustersOfConfiguration: many(
      (ids) =>
        rowsWhere(manager, Cluster, 'configuration_id = ANY($1) AND deleted_at IS NULL AND NOT throwaway ORDER BY id', [
          ids,
        ]),
      ({ configurationId }) => configurationId,
      options,
    ),
    versionsOf: many(
      (ids) => rowsWhere(manager, ConfigurationVersion, 'configuration_id = ANY($1) ORDER BY version DESC', [ids]),
      ({ configurationId }) => configurationId,
      options,
    ),
    instancesOf: many(
      (ids) => rowsWhere(manager, Instance, 'cluster_id = ANY($1) AND deleted_at IS NULL ORDER BY id', [ids]),
      ({ clusterId }) => clusterId,
      options,
    ),
    keysOf: many(
      (ids) => rowsWhere(manager, Key, 'cluster_id = ANY($1)', [ids]),
      ({ clusterId }) => clusterId,
      options,
    ),
    stepsOf: many(
      (ids) => rowsWhere(manager, OperationStep, 'operation_id = ANY($1) ORDER BY ordinal, id', [ids]),
      ({ operationId }) => operationId,
      options,
    ),
    operationsOf(wish: PageWish): DataLoader<string, OperationConnection> {
      const name = `${wish.first} ${wish.after ?? ''}`;
      const page = pages.get(name) ?? loader((ids) => pagesOfOperations(db, ids, wish), options);
      pages.set(name, page);
      return page;
    },
  };
}

export type Loaders = ReturnType<typeof createLoaders>;
