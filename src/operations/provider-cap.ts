import type { EntityManager } from 'typeorm';

/** Any number of our own: the namespace of the advisory locks that are held while a provider's operations are counted. */
const lockSpace = 77_331;

/** A condition on `operation o`: fewer than $CAP operations are held on the provider of its cluster. */
export const roomFor = (cap: string): string => `(
  SELECT count(*) FROM operation held
    JOIN cluster at ON at.id = held.cluster_id
   WHERE held.status IN ('QUEUED', 'RUNNING', 'WAITING') AND held.lease_until > now()
     AND at.provider = (SELECT provider FROM cluster WHERE id = o.cluster_id)
) < ${cap}`;

/** Whether one more may be held there. Others who ask of the same provider wait until the transaction ends. */
export async function hasRoom(tx: EntityManager, operationId: string, cap: number): Promise<boolean> {
  await tx.query(
    `SELECT pg_advisory_xact_lock($2, hashtext(c.provider))
       FROM operation o JOIN cluster c ON c.id = o.cluster_id WHERE o.id = $1`,
    [operationId, lockSpace],
  );
  const [row] = await tx.query<{ room: boolean }[]>(
    `SELECT ${roomFor('$2')} AS room FROM operation o WHERE o.id = $1`,
    [operationId, cap],
  );
  return row?.room === true;
}
