import { Arg, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import { BackupSchedule, ScheduleBackupsInput } from '../schema/backup-schedule.js';
import { BackupStore } from '../schema/backup-store.js';
import { Cluster } from '../schema/cluster.js';
import type { Context } from '../src/context.js';

@Resolver(() => BackupSchedule)
export class BackupScheduleResolver {
  @Authorized()
  @Query(() => [BackupSchedule], { description: 'When backups are made, oldest schedule first.' })
  backupSchedules(
    @Ctx() { backups }: Context,
    @Arg('clusterId', () => ID, { nullable: true, description: 'Of which cluster; of all unless given.' })
    clusterId?: string | null,
  ): Promise<BackupSchedule[]> {
    return backups.schedules(clusterId ?? null);
  }

  @Authorized()
  @Mutation(() => BackupSchedule, {
    description:
      'Has backups of a cluster made regularly. One that was missed, however often, is made up for once; one that is due while the one before it still runs is left out.',
  })
  scheduleBackups(
    @Ctx() { backups }: Context,
    @Arg('input', () => ScheduleBackupsInput, { description: 'Of which cluster, and when.' })
    input: ScheduleBackupsInput,
  ): Promise<BackupSchedule> {
    return backups.schedule(input);
  }

  @Authorized()
  @Mutation(() => BackupSchedule, {
    description: 'Ends a schedule; returns it as it was. Its backups stay, and are no longer removed by themselves.',
  })
  unscheduleBackups(
    @Ctx() { backups }: Context,
    @Arg('id', () => ID, { description: 'Which schedule.' }) id: string,
  ): Promise<BackupSchedule> {
    return backups.unschedule(id);
  }

  @FieldResolver(() => Cluster, { nullable: true, description: 'What it makes backups of.' })
  cluster(@Root() { clusterId }: BackupSchedule, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return loaders.cluster.load(clusterId);
  }

  @FieldResolver(() => BackupStore, { nullable: true, description: 'Where they are kept; null: in the default store.' })
  store(@Root() { storeId }: BackupSchedule, @Ctx() { loaders }: Context): Promise<BackupStore | null> {
    return storeId === null ? Promise.resolve(null) : loaders.backupStore.load(storeId);
  }
}
