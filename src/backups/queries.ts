import { In, LessThan, type DataSource } from 'typeorm';
import { BackupStatus } from '../../schema/backup-enums.js';
import { BackupConnection } from '../../schema/backup-payloads.js';
import { Backup } from '../../schema/backup.js';
import { connectionOf, parsePage, type PageWish } from '../clusters/paging.js';
import { isId } from '../ids.js';

/** What is whole, or was until somebody asked for its end: nothing half-written is a backup. */
const listed = [BackupStatus.AVAILABLE, BackupStatus.DELETING];

/** Backups of one cluster, or (null) of all, also of those that are deleted; newest first. */
export async function pageOfBackups(
  { manager }: DataSource,
  clusterId: string | null,
  wish: PageWish,
): Promise<BackupConnection> {
  const page = parsePage(wish);
  const empty = clusterId !== null && !isId(clusterId);
  const where = { status: In(listed), ...(clusterId !== null && { clusterId }) };
  const rows = empty
    ? []
    : await manager.find(Backup, {
        where: page.afterId === null ? where : { ...where, id: LessThan(page.afterId) },
        order: { id: 'DESC' },
        take: page.limit + 1,
      });
  const totalCount = empty ? 0 : await manager.countBy(Backup, where);
  return Object.assign(new BackupConnection(), connectionOf(rows, page), { totalCount });
}

export const findBackup = async ({ manager }: DataSource, id: string): Promise<Backup | null> =>
  isId(id) ? manager.findOneBy(Backup, { id }) : null;
