import { resolve } from 'node:path';
import type { DataSource, EntityManager } from 'typeorm';
import { BackupStoreKind } from '../../../schema/backup-enums.js';
import { BackupStore } from '../../../schema/backup-store.js';
import { DomainError } from '../../errors.js';
import { isId } from '../../ids.js';
import { openSecrets } from '../../clusters/secrets.js';
import type { Vault } from '../../secrets/vault.js';
import { Secret } from '../../shell/secret.js';
import { FolderStore } from './folder.js';
import { S3Store } from './s3.js';
import type { Store } from './store.js';

/** What stores are opened with. */
export interface StoreGround {
  readonly db: DataSource;
  readonly vault: Vault;
  readonly dataDir: string;
}

/** The store of a row; `secret`: of a bucket, that of its access key. */
export const buildStore = (
  { dataDir }: Pick<StoreGround, 'dataDir'>,
  row: BackupStore,
  secret: Secret | null,
): Store =>
  row.kind === BackupStoreKind.FOLDER
    ? new FolderStore(resolve(dataDir, row.path ?? 'backups'))
    : new S3Store(row, secret ?? new Secret(''));

/** The store that a backup is in, ready to use. */
export async function openStore(ground: StoreGround, id: string): Promise<Store> {
  const { manager } = ground.db;
  const row = await manager.findOneByOrFail(BackupStore, { id });
  const secrets = await openSecrets(manager, ground.vault, [id]);
  return buildStore(ground, row, secrets(id, 'store-secret'));
}

/** The store of that id, or the default one. Throws NOT_FOUND. */
export async function findStore(db: EntityManager, id: string | null | undefined): Promise<BackupStore> {
  if (id == null) {
    const [store] = await db.findBy(BackupStore, { isDefault: true });
    if (store === undefined)
      throw new DomainError('NOT_FOUND', 'there is no default store of backups: name one, or register one as default', {
        field: 'storeId',
      });
    return store;
  }
  const store = isId(id) ? await db.findOneBy(BackupStore, { id }) : null;
  if (store === null)
    throw new DomainError('NOT_FOUND', `there is no store of backups ${id}; \`backupStores\` lists them`, {
      field: 'storeId',
    });
  return store;
}
