import type { CreateBackupInput, RegisterBackupStoreInput, RestoreBackupInput } from '../../schema/backup-inputs.js';
import type { BackupConnection, BackupOperationPayload } from '../../schema/backup-payloads.js';
import type { BackupSchedule, ScheduleBackupsInput } from '../../schema/backup-schedule.js';
import type { BackupStore } from '../../schema/backup-store.js';
import type { Backup } from '../../schema/backup.js';
import { CreateClusterInput } from '../../schema/inputs.js';
import type { CreateClusterPayload } from '../../schema/payloads.js';
import { createCluster } from '../clusters/create-cluster.js';
import type { PageWish } from '../clusters/paging.js';
import type { Platform } from '../clusters/platform.js';
import type { Operations } from '../operations/operations.js';
import { createBackup } from './create.js';
import { findBackup, pageOfBackups } from './queries.js';
import { deleteBackup } from './remove.js';
import { assertAvailable, backupThatIs } from './rows.js';
import { listSchedules, scheduleBackups, unscheduleBackups } from './schedules/schedules.js';
import { verifyBackup } from './verify.js';
import { listStores, registerStore, removeStore } from './stores/register.js';

/** The use cases of backups, as the resolvers call them. */
export class Backups {
  constructor(
    private readonly platform: Platform,
    private readonly operations: Operations,
  ) {}

  /** The same, recording what it makes with `operations`. */
  by(operations: Operations): Backups {
    return new Backups(this.platform, operations);
  }

  stores(): Promise<BackupStore[]> {
    return listStores(this.platform.db);
  }

  registerStore(input: RegisterBackupStoreInput): Promise<BackupStore> {
    return registerStore(this.platform, input);
  }

  removeStore(id: string): Promise<BackupStore> {
    return removeStore(this.platform.db, id);
  }

  page(clusterId: string | null, wish: PageWish): Promise<BackupConnection> {
    return pageOfBackups(this.platform.db, clusterId, wish);
  }

  backup(id: string): Promise<Backup | null> {
    return findBackup(this.platform.db, id);
  }

  create(input: CreateBackupInput): Promise<BackupOperationPayload> {
    return createBackup(this.platform, this.operations, input);
  }

  delete(id: string): Promise<BackupOperationPayload> {
    return deleteBackup(this.platform, this.operations, id);
  }

  verify(backupId: string): Promise<BackupOperationPayload> {
    return verifyBackup(this.platform, this.operations, backupId);
  }

  schedules(clusterId: string | null): Promise<BackupSchedule[]> {
    return listSchedules(this.platform, clusterId);
  }

  schedule(input: ScheduleBackupsInput): Promise<BackupSchedule> {
    return scheduleBackups(this.platform, input);
  }

  unschedule(id: string): Promise<BackupSchedule> {
    return unscheduleBackups(this.platform, id);
  }

  /** A new cluster, as `createCluster` makes it, of the backup's own datastore unless another is named. */
  async restore({ backupId, datastoreId, ...wish }: RestoreBackupInput): Promise<CreateClusterPayload> {
    const backup = await backupThatIs(this.platform.db.manager, backupId, 'backupId');
    assertAvailable(backup, 'backupId');
    const input = { ...wish, datastoreId: datastoreId ?? backup.datastoreId, restoreFrom: backup.id };
    return createCluster(this.platform, this.operations, Object.assign(new CreateClusterInput(), input));
  }
}
