import type { Platform } from '../../clusters/platform.js';
import { deleteCluster } from '../../clusters/change-cluster.js';
import { isAway } from '../../db/away.js';
import type { Operations } from '../../operations/operations.js';

// A deletion that has failed is tried again after a while.
const sql = `
  SELECT c.id FROM cluster c
   WHERE c.throwaway AND c.deleted_at IS NULL
     AND NOT EXISTS (SELECT FROM operation o WHERE o.cluster_id = c.id
                        AND (o.status IN ('QUEUED', 'RUNNING', 'WAITING') OR o.kind = 'cluster.delete' AND o.finished_at > now() - interval '1 minute'))`;

/** Removes the clusters that were made for a proof which has failed or was cancelled. */
export async function removeThrowaways(platform: Platform, operations: Operations): Promise<void> {
  const left = await platform.db.query<{ id: string }[]>(sql);
  for (const { id } of left) {
    await deleteCluster(platform, operations, id).catch((error: unknown) => {
      if (isAway(error)) throw error;
    });
  }
}
