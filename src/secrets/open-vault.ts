import type { DataSource } from 'typeorm';
import { newId } from '../ids.js';
import type { MasterKey } from './master-key.js';
import { Vault, wrapNewKey, type WrappedKey } from './vault.js';

/** Opens the vault of this database, making its first data key. Throws UNAVAILABLE where the master key is another one. */
export async function openVault(db: DataSource, masters: readonly MasterKey[]): Promise<Vault> {
  const stored = await db.transaction(async (tx) => {
    await tx.query('LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE');
    const rows = await tx.query<WrappedKey[]>(
      'SELECT id, master_key_id AS "masterKeyId", wrapped FROM data_key ORDER BY created_at, id',
    );
    if (rows.length > 0) return rows;
    const [master] = masters;
    if (master === undefined) throw new Error('no master key');
    const first = wrapNewKey(newId(), master);
    await tx.query('INSERT INTO data_key (id, master_key_id, wrapped) VALUES ($1, $2, $3)', [
      first.id,
      first.masterKeyId,
      first.wrapped,
    ]);
    return [first];
  });
  return new Vault(stored, masters);
}
