import type { DataSource } from 'typeorm';
import { DomainError } from '../errors.js';
import type { Vault } from './vault.js';

/** A column that holds texts sealed with some data key; the row's id is their associated data. */
interface SealedColumn {
  readonly table: string;
  readonly column: string;
  readonly type: string;
  readonly hasId: boolean;
}

/** Rows that are sealed anew in one transaction. */
const batch = 200;

/** Every column that could hold a sealed text, of whatever table: a new one cannot be forgotten. */
const findColumns = `
  SELECT quote_ident(c.table_name) AS table, quote_ident(c.column_name) AS column, c.data_type AS type,
         EXISTS (SELECT 1 FROM information_schema.columns i
                  WHERE i.table_schema = c.table_schema AND i.table_name = c.table_name
                    AND i.column_name = 'id' AND i.data_type = 'uuid') AS "hasId"
    FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name)
   WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.data_type IN ('text', 'jsonb')
   ORDER BY 1, 2`;

/**
 * Seals with the vault's present data key whatever `oldKeyId` has sealed, batch by batch; returns how many rows that were.
 * Interrupted, it has done whole batches. Throws where a text does not open: nothing of its batch is changed then.
 */
export async function resealAll(db: DataSource, vault: Vault, oldKeyId: string): Promise<number> {
  let rows = 0;
  for (const column of await db.query<SealedColumn[]>(findColumns)) {
    for (let done = batch; done === batch; rows += done) done = await resealBatch(db, vault, oldKeyId, column);
  }
  return rows;
}

async function resealBatch(
  db: DataSource,
  vault: Vault,
  oldKeyId: string,
  { table, column, type, hasId }: SealedColumn,
): Promise<number> {
  const like = `%v1.${oldKeyId}.%`;
  if (!hasId) return refuseTexts(db, like, table, column);
  return db.transaction(async (tx) => {
    const rows = await tx.query<{ id: string; text: string }[]>(
      `SELECT id, ${column}::text AS text FROM ${table} WHERE ${column}::text LIKE $1 ORDER BY id LIMIT ${batch} FOR UPDATE`,
      [like],
    );
    for (const { id, text } of rows) {
      const sealedAnew = resealText(vault, oldKeyId, text, id, `${table}.${column}`);
      await tx.query(`UPDATE ${table} SET ${column} = $2::${type} WHERE id = $1`, [id, sealedAnew]);
    }
    return rows.length;
  });
}

async function refuseTexts(db: DataSource, like: string, table: string, column: string): Promise<number> {
  const found = await db.query<unknown[]>(`SELECT 1 FROM ${table} WHERE ${column}::text LIKE $1 LIMIT 1`, [like]);
  if (found.length === 0) return 0;
  throw new DomainError('INTERNAL', `${table}.${column} holds a sealed text in a row without an id: report this`);
}

/** Each sealed text within `text` (all of it, or strings of a JSON). */
function resealText(vault: Vault, oldKeyId: string, text: string, rowId: string, where: string): string {
  return text.replaceAll(new RegExp(`v1\\.${oldKeyId}\\.[\\w-]+\\.[\\w-]+\\.[\\w-]*`, 'g'), (sealed) => {
    try {
      return vault.seal(vault.open(sealed, rowId), rowId);
    } catch (cause) {
      throw new DomainError('UNAVAILABLE', `a sealed text is damaged: ${where} of the row ${rowId}; restore it first`, {
        cause,
      });
    }
  });
}
