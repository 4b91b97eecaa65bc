import { Arg, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { CreateBackupInput, RestoreBackupInput } from '../schema/backup-inputs.js';
import { BackupConnection, BackupOperationPayload } from '../schema/backup-payloads.js';
import { BackupStore } from '../schema/backup-store.js';
import { Backup } from '../schema/backup.js';
import { Cluster } from '../schema/cluster.js';
import { Datastore } from '../schema/datastore.js';
import { CreateClusterPayload } from '../schema/payloads.js';
import type { Context } from '../src/context.js';

const first = { defaultValue: 20, description: 'How many, 1 to 100.' };

@Resolver(() => Backup)
export class BackupResolver {
  @Authorized()
  @Query(() => BackupConnection, {
    description:
      'The backups that are whole, and those that are being removed, newest first, a page at a time; also those of clusters that are deleted.',
  })
  backups(
    @Ctx() { backups }: Context,
    @Arg('clusterId', () => ID, { nullable: true, description: 'Of which cluster; of all unless given.' })
    clusterId: string | null | undefined,
    @Arg('first', () => Int, { ...first, nullable: true }) size: number | null,
    @Arg('after', () => String, { nullable: true, description: 'The cursor after which the page begins.' })
    cursor?: string | null,
  ): Promise<BackupConnection> {
    return backups.page(clusterId ?? null, { first: size ?? first.defaultValue, after: cursor });
  }

  @Authorized()
  @Query(() => Backup, {
    nullable: true,
    description: 'One backup, whatever its status; null where there is none of that id.',
  })
  backup(
    @Ctx() { backups }: Context,
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
  ): Promise<Backup | null> {
    return backups.backup(id);
  }

  @Authorized()
  @Mutation(() => BackupOperationPayload, {
    description:
      'Makes a full backup of an active cluster, which is written to meanwhile. Returns at once; follow `operationProgress`.',
  })
  createBackup(
    @Ctx() { backups }: Context,
    @Arg('input', () => CreateBackupInput, { description: 'Of which cluster, and where to.' }) input: CreateBackupInput,
  ): Promise<BackupOperationPayload> {
    return backups.create(input);
  }

  @Authorized()
  @Mutation(() => BackupOperationPayload, { description: 'Removes a backup from its store, and destroys its key.' })
  deleteBackup(
    @Ctx() { backups }: Context,
    @Arg('id', () => ID, { description: 'Which backup.' }) id: string,
  ): Promise<BackupOperationPayload> {
    return backups.delete(id);
  }

  @Authorized()
  @Mutation(() => BackupOperationPayload, {
    description:
      'Proves a backup: restores it onto a server that is destroyed afterwards, checks it there by the engine’s own tools and reads every table. Sets `verifiedAt` and `verifiedRestoreSeconds`, or `verifyMessage`.',
  })
  verifyBackup(
    @Ctx() { backups }: Context,
    @Arg('backupId', () => ID, { description: 'Which backup.' }) backupId: string,
  ): Promise<BackupOperationPayload> {
    return backups.verify(backupId);
  }

  @Authorized()
  @Mutation(() => CreateClusterPayload, {
    description:
      'Makes a new cluster with the data of a backup, on any provider. Its passwords and certificates are its own.',
  })
  restoreBackup(
    @Ctx() { backups }: Context,
    @Arg('input', () => RestoreBackupInput, { description: 'Which backup, and the cluster that is wanted.' })
    input: RestoreBackupInput,
  ): Promise<CreateClusterPayload> {
    return backups.restore(input);
  }

  @FieldResolver(() => Cluster, { nullable: true, description: 'What it is a backup of, which may be deleted by now.' })
  cluster(@Root() { clusterId }: Backup, @Ctx() { loaders }: Context): Promise<Cluster | null> {
    return loaders.cluster.load(clusterId);
  }

  @FieldResolver(() => Datastore, { nullable: true, description: 'What the cluster ran.' })
  datastore(@Root() { datastoreId }: Backup, @Ctx() { loaders }: Context): Promise<Datastore | null> {
    return loaders.datastore.load(datastoreId);
  }

  @FieldResolver(() => BackupStore, { nullable: true, description: 'Where it is kept.' })
  store(@Root() { storeId }: Backup, @Ctx() { loaders }: Context): Promise<BackupStore | null> {
    return loaders.backupStore.load(storeId);
  }
}
