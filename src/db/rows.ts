import type { EntityManager, EntityTarget, ObjectLiteral } from 'typeorm';

/** Raw rows (`RETURNING *`) as entities: for the few hot paths that are written in SQL. */
export function toEntities<T extends ObjectLiteral>(
  db: EntityManager,
  target: EntityTarget<T>,
  rows: readonly Readonly<Record<string, unknown>>[],
): T[] {
  const { columns } = db.dataSource.getMetadata(target);
  const repository = db.getRepository(target);
  return rows.map((row) => {
    const entity = repository.create();
    for (const column of columns) column.setEntityValue(entity, row[column.databaseName]);
    return entity;
  });
}

/** The rows of which a condition is true (and how they are ordered), as entities. TypeORM's own reading takes several times as long. */
export async function rowsWhere<T extends ObjectLiteral>(
  db: EntityManager,
  target: EntityTarget<T>,
  condition: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const { tablePath } = db.dataSource.getMetadata(target);
  const rows = await db.query<Record<string, unknown>[]>(`SELECT * FROM ${tablePath} WHERE ${condition}`, [
    ...parameters,
  ]);
  return toEntities(db, target, rows);
}

/** The rows of a statement with RETURNING, whatever shape the driver gives them (UPDATE and DELETE answer `[rows, count]`). */
export async function returning<T extends ObjectLiteral>(
  db: EntityManager,
  target: EntityTarget<T>,
  sql: string,
  parameters: readonly unknown[],
): Promise<T[]> {
  const answer = await db.query<unknown>(sql, [...parameters]);
  const rows = Array.isArray(answer) && Array.isArray(answer[0]) ? (answer[0] as unknown[]) : (answer as unknown[]);
  return toEntities(db, target, rows as Record<string, unknown>[]);
}
