import type { DataSource } from 'typeorm';
import { newId } from '../ids.js';
import type { MasterKey } from './master-key.js';
import { addKey, lockKeys, replaceKey } from './open-vault.js';
import { resealAll } from './reseal.js';
import { rewrap, Vault, wrapNewKey, type WrappedKey } from './vault.js';

/** What a rotation did. */
export interface Rotation {
  /** Rows whose texts were sealed anew. */
  readonly rows: number;
  /** Data keys that nothing is sealed with any more, and that are destroyed. */
  readonly dropped: number;
}

/**
 * Moves all that is sealed to the first of `masters`: a new data key is made, wrapped by it; the old ones are wrapped by
 * it too until the last text is sealed with the new one, and then destroyed. `moved` is called when no key needs another
 * master key any more. Interrupted anywhere it goes on when it is called again. Throws UNAVAILABLE, and changes nothing,
 * where `masters` do not open what is stored. No other process may use the database meanwhile.
 */
export async function rotate(
  db: DataSource,
  masters: readonly [MasterKey, ...MasterKey[]],
  moved: () => Promise<void> = () => Promise.resolve(),
): Promise<Rotation> {
  const keys = await moveKeys(db, masters);
  await moved();
  const vault = new Vault(keys, masters);
  let rows = 0;
  const old = keys.slice(0, -1);
  for (const { id } of old) {
    rows += await resealAll(db, vault, id);
    await db.query('DELETE FROM data_key WHERE id = $1', [id]);
  }
  return { rows, dropped: old.length };
}

/** The data keys, all wrapped by the present master key; with a new one, the last, unless none had to be moved. */
function moveKeys(db: DataSource, masters: readonly [MasterKey, ...MasterKey[]]): Promise<WrappedKey[]> {
  return db.transaction(async (tx) => {
    const stored = await lockKeys(tx);
    const foreign = stored.filter(({ masterKeyId }) => masterKeyId !== masters[0].id);
    if (stored.length > 0 && foreign.length === 0) return stored;
    const moved = stored.map((key) => rewrap(key, masters));
    for (const key of moved) await replaceKey(tx, key);
    return [...moved, await addKey(tx, wrapNewKey(newId(), masters[0]))];
  });
}
