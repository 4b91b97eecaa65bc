import type { EntityManager } from 'typeorm';
import type { Backup } from '../../schema/backup.js';
import { Datastore } from '../../schema/datastore.js';
import { DomainError } from '../errors.js';
import { assertAvailable, backupThatIs } from './rows.js';

const field = 'restoreFrom';

/** The backup, locked until the transaction ends. Throws where it is not whole, or of another engine or version than `datastore`. */
export async function lockForRestore(tx: EntityManager, id: string, datastore: Datastore): Promise<Backup> {
  const backup = await backupThatIs(tx, id, field, true);
  assertAvailable(backup, field);
  const { manager, version } = await tx.findOneByOrFail(Datastore, { id: backup.datastoreId });
  if (manager === datastore.manager && version === datastore.version) return backup;
  throw new DomainError(
    'BAD_USER_INPUT',
    `a backup of ${manager} - ${version} cannot become a cluster of ${datastore.manager} - ${datastore.version}: it is a copy of the engine's own files. Take a datastore of ${manager} - ${version}`,
    { field: 'datastoreId' },
  );
}
