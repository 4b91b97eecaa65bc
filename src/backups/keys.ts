import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { StoredSecret } from '../../schema/stored-secret.js';
import { keepSecret, openSecrets } from '../clusters/secrets.js';
import { DomainError } from '../errors.js';
import type { Vault } from '../secrets/vault.js';
import { Secret } from '../shell/secret.js';

const name = 'backup-key';

/** A key of its own for a backup: 32 random bytes, sealed like every secret. */
export const makeBackupKey = (tx: EntityManager, vault: Vault, backupId: string): Promise<void> =>
  keepSecret(tx, vault, backupId, name, new Secret(randomBytes(32).toString('base64')));

export interface BackupKey {
  readonly key: Secret;
  readonly sealed: string;
}

export async function openBackupKey(db: EntityManager, vault: Vault, backupId: string): Promise<BackupKey> {
  const secret = (await openSecrets(db, vault, [backupId]))(backupId, name);
  const row = await db.findOneBy(StoredSecret, { ownerId: backupId, name });
  if (row === null) throw new DomainError('NOT_FOUND', `the key of the backup ${backupId} is gone: it was deleted`);
  return { key: secret, sealed: row.sealed };
}

/** Without its key a backup is noise, wherever a copy of it may lie. */
export async function destroyBackupKey(tx: EntityManager, backupId: string): Promise<void> {
  await tx.delete(StoredSecret, { ownerId: backupId });
}
