import type { DataSource } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Instance } from '../../schema/instance.js';
import { Operation } from '../../schema/operation.js';
import { ClusterConnection } from '../../schema/paging.js';
import { rowsWhere } from '../db/rows.js';
import { isId } from '../ids.js';
import { connectionOf, parsePage, type PageWish } from './paging.js';

/** Those that a list shows. */
const listed = 'deleted_at IS NULL AND NOT throwaway';

/** Clusters that are not deleted, oldest first. */
export async function pageOfClusters({ manager }: DataSource, wish: PageWish): Promise<ClusterConnection> {
  const page = parsePage(wish);
  const [rows, [total]] = await Promise.all([
    rowsWhere(manager, Cluster, `${listed} AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2`, [
      page.afterId,
      page.limit + 1,
    ]),
    manager.query<{ count: number }[]>(`SELECT count(*)::int AS count FROM cluster WHERE ${listed}`),
  ]);
  const totalCount = total?.count ?? 0;
  return Object.assign(new ClusterConnection(), connectionOf(rows, page), { totalCount });
}

export const findCluster = async (db: DataSource, id: string): Promise<Cluster | null> =>
  isId(id) ? db.manager.findOneBy(Cluster, { id }) : null;

export const findInstance = async (db: DataSource, id: string): Promise<Instance | null> =>
  isId(id) ? db.manager.findOneBy(Instance, { id }) : null;

export const findOperation = async (db: DataSource, id: string): Promise<Operation | null> =>
  isId(id) ? db.manager.findOneBy(Operation, { id }) : null;
