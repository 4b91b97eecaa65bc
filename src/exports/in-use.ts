import type { EntityManager } from 'typeorm';
import { DomainError } from '../errors.js';

/** Which files an import that has not ended reads, by the id of their export or upload, and the operation that does. */
export async function importsOf(
  db: EntityManager,
  field: 'exportId' | 'uploadId',
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = await db.query<{ file: string; id: string }[]>(
    `SELECT input ->> $1 AS file, id FROM operation
      WHERE kind = 'cluster.import' AND finished_at IS NULL AND input ->> $1 = ANY($2)`,
    [field, ids],
  );
  return new Map(found.map(({ file, id }) => [file, id]));
}

/** Throws CONFLICT where an import reads the file: it shall find all of it. */
export async function assertUnused(db: EntityManager, field: 'exportId' | 'uploadId', id: string): Promise<void> {
  const operationId = (await importsOf(db, field, [id])).get(id);
  if (operationId === undefined) return;
  throw new DomainError('CONFLICT', 'an import reads it now; wait for its end, or cancel it', {
    field: 'id',
    operationId,
  });
}
