import { Arg, Authorized, Ctx, ID, Mutation, Query, Resolver } from 'type-graphql';
import { RegisterBackupStoreInput } from '../schema/backup-inputs.js';
import { BackupStore } from '../schema/backup-store.js';
import type { Context } from '../src/context.js';

@Resolver(() => BackupStore)
export class BackupStoreResolver {
  @Authorized()
  @Query(() => [BackupStore], {
    description:
      'Where backups can be kept, oldest first; from the first start on a folder in the data directory. For administrators.',
  })
  backupStores(@Ctx() { backups }: Context): Promise<BackupStore[]> {
    return backups.stores();
  }

  @Authorized()
  @Mutation(() => BackupStore, {
    description:
      'Registers a place to keep backups in. It is written to, read and cleared at once, and refused in its own words. For administrators.',
  })
  registerBackupStore(
    @Ctx() { backups }: Context,
    @Arg('input', () => RegisterBackupStoreInput, { description: 'The place.' }) input: RegisterBackupStoreInput,
  ): Promise<BackupStore> {
    return backups.registerStore(input);
  }

  @Authorized()
  @Mutation(() => BackupStore, {
    description: 'Forgets a store that holds no backups; returns it as it was. For administrators.',
  })
  removeBackupStore(
    @Ctx() { backups }: Context,
    @Arg('id', () => ID, { description: 'Which store.' }) id: string,
  ): Promise<BackupStore> {
    return backups.removeStore(id);
  }
}
