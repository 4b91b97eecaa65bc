import { z } from 'zod';
import { BackupSchedule, type ScheduleBackupsInput } from '../../../schema/backup-schedule.js';
import { Cluster } from '../../../schema/cluster.js';
import { ClusterStatus } from '../../../schema/enums.js';
import { Datastore } from '../../../schema/datastore.js';
import { lockCluster } from '../../clusters/change.js';
import type { Platform } from '../../clusters/platform.js';
import { showVerdict } from '../../clusters/states.js';
import { parseWish } from '../../clusters/wishes.js';
import { DomainError } from '../../errors.js';
import { isId, newId } from '../../ids.js';
import { plansFor } from '../steps/on-node.js';
import { findStore } from '../stores/open.js';
import { nextTime } from './cron.js';

const count = (what: string, most: number) =>
  z.int().min(1, `${what} at least 1`).max(most, `${what} at most ${most}`).nullish();

const Wish = z.object({
  clusterId: z.string(),
  cron: z.string(),
  timezone: z
    .string()
    .nullish()
    .transform((timezone) => timezone ?? 'UTC'),
  keepLast: count('keep', 10_000),
  keepDays: count('keep for', 36_500),
  storeId: z.string().nullish(),
  verifyEvery: count('verify every', 10_000),
});

/** Makes a schedule of backups. It is due for the first time at the next time that fits. */
export async function scheduleBackups(platform: Platform, input: ScheduleBackupsInput): Promise<BackupSchedule> {
  const wish = parseWish(Wish, input);
  const now = new Date();
  const nextAt = nextTime(wish, now);
  return platform.db.transaction(async (tx) => {
    const cluster = await lockCluster(tx, wish.clusterId, 'clusterId');
    if (cluster.status === ClusterStatus.DELETING)
      throw new DomainError('CONFLICT', `cluster ${cluster.name} is being deleted`, { field: 'clusterId' });
    const { manager } = await tx.findOneByOrFail(Datastore, { id: cluster.datastoreId });
    plansFor(platform.managers.managerOf(manager));
    if (wish.storeId != null) await findStore(tx, wish.storeId);
    const schedule = Object.assign(new BackupSchedule(), {
      id: newId(),
      clusterId: cluster.id,
      storeId: wish.storeId ?? null,
      cron: wish.cron.trim(),
      timezone: wish.timezone,
      keepLast: wish.keepLast ?? null,
      keepDays: wish.keepDays ?? null,
      verifyEvery: wish.verifyEvery ?? null,
      nextAt,
      lastAt: null,
      message: '',
      tidy: false,
      unverified: 0,
      createdAt: now,
    });
    await tx.insert(BackupSchedule, schedule);
    await platform.alarms.set(tx, schedule.id, nextAt);
    return schedule;
  });
}

/** Ends a schedule; returns it as it was. Its backups stay, and nothing removes them any more. */
export async function unscheduleBackups({ db, alarms }: Platform, id: string): Promise<BackupSchedule> {
  return db.transaction(async (tx) => {
    const schedule = isId(id) ? await tx.findOneBy(BackupSchedule, { id }) : null;
    if (schedule === null) throw new DomainError('NOT_FOUND', `there is no schedule of backups ${id}`, { field: 'id' });
    await tx.delete(BackupSchedule, { id });
    await alarms.set(tx, id, null);
    const cluster = await tx.findOneByOrFail(Cluster, { id: schedule.clusterId });
    if (cluster.deletedAt === null) await showVerdict(tx, cluster.id);
    return schedule;
  });
}

/** The schedules of one cluster, or (null) of all, oldest first. */
export const listSchedules = ({ db }: Platform, clusterId: string | null): Promise<BackupSchedule[]> =>
  clusterId !== null && !isId(clusterId)
    ? Promise.resolve([])
    : db.manager.find(BackupSchedule, {
        where: clusterId === null ? {} : { clusterId },
        order: { id: 'ASC' },
      });
