import { IsNull, MoreThan, type DataSource } from 'typeorm';
import { Cluster } from '../../schema/cluster.js';
import { Instance } from '../../schema/instance.js';
import { Operation } from '../../schema/operation.js';
import { ClusterConnection } from '../../schema/paging.js';
import { isId } from '../ids.js';
import { connectionOf, parsePage, type PageWish } from './paging.js';

/** Clusters that are not deleted, oldest first. */
export async function pageOfClusters({ manager }: DataSource, wish: PageWish): Promise<ClusterConnection> {
  const page = parsePage(wish);
  const live = { deletedAt: IsNull(), throwaway: false };
  const rows = await manager.find(Cluster, {
    where: page.afterId === null ? live : { ...live, id: MoreThan(page.afterId) },
    order: { id: 'ASC' },
    take: page.limit + 1,
  });
  const totalCount = await manager.countBy(Cluster, live);
  return Object.assign(new ClusterConnection(), connectionOf(rows, page), { totalCount });
}

export const findCluster = async (db: DataSource, id: string): Promise<Cluster | null> =>
  isId(id) ? db.manager.findOneBy(Cluster, { id }) : null;

export const findInstance = async (db: DataSource, id: string): Promise<Instance | null> =>
  isId(id) ? db.manager.findOneBy(Instance, { id }) : null;

export const findOperation = async (db: DataSource, id: string): Promise<Operation | null> =>
  isId(id) ? db.manager.findOneBy(Operation, { id }) : null;
