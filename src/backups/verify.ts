import { BackupOperationPayload } from '../../schema/backup-payloads.js';
import { Cluster } from '../../schema/cluster.js';
import { Datastore } from '../../schema/datastore.js';
import { ClusterStatus } from '../../schema/enums.js';
import { inherited } from '../clusters/configured.js';
import { addInstances } from '../clusters/new-instances.js';
import { providerOf, type Platform } from '../clusters/platform.js';
import { keepSecret } from '../clusters/secrets.js';
import { newPassword } from '../clusters/passwords.js';
import { DomainError } from '../errors.js';
import { newId } from '../ids.js';
import type { Operations } from '../operations/operations.js';
import { assertAvailable, backupThatIs } from './rows.js';

/** Begins to prove a backup: on a cluster of its own, where the one was that it is of, that nobody sees and that goes again. */
export async function verifyBackup(
  platform: Platform,
  operations: Operations,
  backupId: string,
): Promise<BackupOperationPayload> {
  const payload = await platform.db.transaction(async (tx) => {
    const backup = await backupThatIs(tx, backupId, 'backupId', true);
    assertAvailable(backup, 'backupId');
    const { provider, flavor, volumeGb } = await tx.findOneByOrFail(Cluster, { id: backup.clusterId });
    providerOf(platform, provider);
    const { manager } = await tx.findOneByOrFail(Datastore, { id: backup.datastoreId });
    if (platform.managers.managerOf(manager).plans.verify === undefined)
      throw new DomainError('NOT_SUPPORTED', `the manager ${manager} cannot verify backups`, { field: 'backupId' });
    const id = newId();
    const cluster = Object.assign(new Cluster(), {
      id,
      name: `verify-${id.slice(-12)}`,
      datastoreId: backup.datastoreId,
      size: 1,
      status: ClusterStatus.SPAWNING,
      message: '',
      provider,
      flavor,
      // What a volume carries may not fit on a server's own disk.
      volumeGb,
      settings: backup.settings,
      ...(await inherited(tx, backup.clusterId)),
      settled: null,
      settledMessage: null,
      caCertificate: null,
      throwaway: true,
      createdAt: new Date(),
      deletedAt: null,
    });
    await tx.insert(Cluster, cluster);
    await addInstances(tx, cluster, 1, platform.sshUser);
    const operation = await operations.create(tx, {
      kind: 'backup.verify',
      clusterId: id,
      input: { backupId: backup.id, restoreFrom: backup.id },
    });
    await keepSecret(tx, platform.vault, id, 'admin-password', newPassword());
    await keepSecret(tx, platform.vault, id, 'replication-password', newPassword());
    return Object.assign(new BackupOperationPayload(), { backup, operation });
  });
  await operations.wake(payload.operation.id);
  return payload;
}
