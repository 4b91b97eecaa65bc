import type { DataSource, EntityManager } from 'typeorm';
import { newId } from '../ids.js';
import type { MasterKey } from './master-key.js';
import { rewrap, Vault, wrapNewKey, type WrappedKey } from './vault.js';

/**
 * Opens the vault of this database, making its first data key; what a previous master key wraps is moved to the present
 * one, which is the first of `masters`. Throws UNAVAILABLE, and changes nothing, where none of them opens it.
 */
export async function openVault(db: DataSource, masters: readonly [MasterKey, ...MasterKey[]]): Promise<Vault> {
  const keys = await db.transaction(async (tx) => {
    const stored = await lockKeys(tx);
    const moved = stored.map((key) => rewrap(key, masters));
    for (const key of moved.filter((candidate, i) => candidate !== stored[i])) await replaceKey(tx, key);
    return moved.length > 0 ? moved : [await addKey(tx, wrapNewKey(newId(), masters[0]))];
  });
  return new Vault(keys, masters);
}

/** The stored data keys, the newest last; nobody else changes them until the transaction ends. */
export async function lockKeys(tx: EntityManager): Promise<WrappedKey[]> {
  await tx.query('LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE');
  return tx.query<WrappedKey[]>(
    'SELECT id, master_key_id AS "masterKeyId", wrapped FROM data_key ORDER BY created_at, id',
  );
}

export async function addKey(tx: EntityManager, key: WrappedKey): Promise<WrappedKey> {
  await tx.query('INSERT INTO data_key (id, master_key_id, wrapped) VALUES ($1, $2, $3)', [
    key.id,
    key.masterKeyId,
    key.wrapped,
  ]);
  return key;
}

export async function replaceKey(tx: EntityManager, { id, masterKeyId, wrapped }: WrappedKey): Promise<void> {
  await tx.query('UPDATE data_key SET master_key_id = $2, wrapped = $3 WHERE id = $1', [id, masterKeyId, wrapped]);
}
