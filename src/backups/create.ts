import type { EntityManager } from 'typeorm';
import { BackupStatus } from '../../schema/backup-enums.js';
import type { CreateBackupInput } from '../../schema/backup-inputs.js';
import { BackupOperationPayload } from '../../schema/backup-payloads.js';
import { Backup } from '../../schema/backup.js';
import type { BackupStore } from '../../schema/backup-store.js';
import type { Cluster } from '../../schema/cluster.js';
import { Datastore } from '../../schema/datastore.js';
import { change, lockServing, payloadOf } from '../clusters/change.js';
import type { Platform } from '../clusters/platform.js';
import { parseWish } from '../clusters/wishes.js';
import { newId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { makeBackupKey } from './keys.js';
import { recordBackup } from './rows.js';
import { plansFor } from './steps/on-node.js';
import { findStore } from './stores/open.js';
import { backupIdOf } from './kinds/take.js';
import { CreateBackupWish } from './wishes.js';

/** Begins a backup of a cluster that serves. */
export async function createBackup(
  platform: Platform,
  operations: Operations,
  input: CreateBackupInput,
): Promise<BackupOperationPayload> {
  const { idempotencyKey, ...wish } = parseWish(CreateBackupWish, input);
  const { operation } = await change(platform, operations, {
    mutation: 'createBackup',
    wish,
    idempotencyKey,
    make: async (tx) => {
      const cluster = await lockServing(tx, wish.clusterId, 'clusterId');
      return payloadOf(cluster, await beginBackup(tx, platform, operations, cluster, { storeId: wish.storeId }));
    },
  });
  const backup = await platform.db.manager.findOneByOrFail(Backup, { id: backupIdOf(operation) });
  return Object.assign(new BackupOperationPayload(), { backup, operation });
}

export interface BackupWish {
  readonly storeId?: string | null | undefined;
  readonly scheduleId?: string;
}

/** The row, its key and the operation. The caller has locked the cluster. Throws NOT_SUPPORTED where its manager offers no backups. */
export async function beginBackup(
  tx: EntityManager,
  platform: Platform,
  operations: Operations,
  cluster: Cluster,
  { storeId, scheduleId }: BackupWish,
) {
  const store = await findStore(tx, storeId);
  const datastore = await tx.findOneByOrFail(Datastore, { id: cluster.datastoreId });
  plansFor(platform.managers.managerOf(datastore.manager));
  const backup = rowOf(cluster, store, scheduleId ?? null);
  await tx.insert(Backup, backup);
  await makeBackupKey(tx, platform.vault, backup.id);
  await recordBackup(tx, backup);
  return operations.create(tx, {
    kind: 'cluster.backup',
    clusterId: cluster.id,
    input: { clusterId: cluster.id, storeId: store.id, backupId: backup.id },
  });
}

function rowOf(cluster: Cluster, store: BackupStore, scheduleId: string | null): Backup {
  const id = newId();
  return Object.assign(new Backup(), {
    id,
    clusterId: cluster.id,
    clusterName: cluster.name,
    datastoreId: cluster.datastoreId,
    storeId: store.id,
    scheduleId,
    status: BackupStatus.CREATING,
    message: '',
    engineVersion: null,
    takenFrom: null,
    settings: cluster.settings,
    location: `${cluster.id}/${id}`,
    size: null,
    sha256: null,
    createdAt: new Date(),
    finishedAt: null,
    verifiedAt: null,
    verifiedRestoreSeconds: null,
    verifyMessage: '',
    deletedAt: null,
  });
}
