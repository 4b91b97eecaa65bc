import { QueryFailedError, type DataSource, type EntityManager } from 'typeorm';
import { BackupStatus, BackupStoreKind } from '../../../schema/backup-enums.js';
import type { RegisterBackupStoreInput } from '../../../schema/backup-inputs.js';
import { BackupSchedule } from '../../../schema/backup-schedule.js';
import { BackupStore } from '../../../schema/backup-store.js';
import { Backup } from '../../../schema/backup.js';
import { StoredSecret } from '../../../schema/stored-secret.js';
import { parseWish } from '../../clusters/wishes.js';
import { DomainError } from '../../errors.js';
import { isId, newId } from '../../ids.js';
import { StoreWish } from '../wishes.js';
import { keepSecret } from '../../clusters/secrets.js';
import { Secret } from '../../shell/secret.js';
import type { StoreGround } from './open.js';
import { tryOut } from './try-out.js';

/** Registers a place to keep backups in, when it has proven that it can be written, read and removed from. */
export async function registerStore(ground: StoreGround, input: RegisterBackupStoreInput): Promise<BackupStore> {
  const wish = parseWish(StoreWish, input);
  const store = rowOf(wish);
  const secret = wish.secretAccessKey == null ? null : new Secret(wish.secretAccessKey);
  await tryOut(ground, store, secret);
  await ground.db.transaction(async (tx) => {
    if (store.isDefault) await tx.update(BackupStore, { isDefault: true }, { isDefault: false });
    await tx.insert(BackupStore, store).catch(asTaken(store.name));
    if (secret !== null) await keepSecret(tx, ground.vault, store.id, 'store-secret', secret);
  });
  return store;
}

const rowOf = (wish: StoreWish): BackupStore =>
  Object.assign(new BackupStore(), {
    id: newId(),
    name: wish.name,
    kind: wish.kind,
    path: wish.path ?? null,
    endpoint: wish.endpoint ?? null,
    region: wish.region ?? null,
    bucket: wish.bucket ?? null,
    prefix: wish.prefix ?? null,
    accessKeyId: wish.accessKeyId ?? null,
    isDefault: wish.isDefault,
    createdAt: new Date(),
  });

/** Forgets a store that has no backups; what lies there stays. */
export async function removeStore({ manager }: DataSource, id: string): Promise<BackupStore> {
  return manager.transaction(async (tx) => {
    const store = isId(id)
      ? await tx.findOne(BackupStore, { where: { id }, lock: { mode: 'pessimistic_write' } })
      : null;
    if (store === null) throw new DomainError('NOT_FOUND', `there is no store of backups ${id}`, { field: 'id' });
    await assertUnused(tx, store);
    await tx.update(BackupSchedule, { storeId: id }, { storeId: null });
    await tx.delete(Backup, { storeId: id });
    await tx.delete(BackupStore, { id });
    await tx.delete(StoredSecret, { ownerId: id });
    return store;
  });
}

async function assertUnused(tx: EntityManager, { id, name }: BackupStore): Promise<void> {
  const [found] = await tx.query<{ count: string }[]>(
    'SELECT count(*) AS count FROM backup WHERE store_id = $1 AND status NOT IN ($2, $3)',
    [id, BackupStatus.DELETED, BackupStatus.FAILED],
  );
  const count = Number(found?.count ?? 0);
  if (count > 0)
    throw new DomainError(
      'CONFLICT',
      `the store ${name} holds ${count === 1 ? 'a backup: delete it' : `${count} backups: delete them`} first`,
      { field: 'id' },
    );
}

export const listStores = ({ manager }: DataSource): Promise<BackupStore[]> =>
  manager.find(BackupStore, { order: { id: 'ASC' } });

/** There is one from the first start on: a folder in the data directory. */
export async function ensureFirstStore({ manager }: DataSource): Promise<void> {
  const first = {
    id: newId(),
    name: 'default',
    kind: BackupStoreKind.FOLDER,
    path: 'backups',
    isDefault: true,
  };
  await manager.query(
    `INSERT INTO backup_store (id, name, kind, path, is_default)
     SELECT $1, $2, $3, $4, $5 WHERE NOT EXISTS (SELECT FROM backup_store) ON CONFLICT DO NOTHING`,
    Object.values(first),
  );
}

const asTaken =
  (name: string) =>
  (error: unknown): never => {
    if (
      error instanceof QueryFailedError &&
      (error.driverError as { constraint?: string }).constraint === 'backup_store_name'
    )
      throw new DomainError('CONFLICT', `there is a store "${name}" already; take another name`, { field: 'name' });
    throw error;
  };
