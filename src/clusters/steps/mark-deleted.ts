import type { EntityManager } from 'typeorm';
import { ServerStatus } from '../../../schema/enums.js';
import { setInstance } from '../states.js';

/** The instance is no more, whatever becomes of its server. */
export const markDeleted = (tx: EntityManager, id: string): Promise<void> =>
  setInstance(tx, id, { serverStatus: ServerStatus.DELETED, deletedAt: new Date(), message: '', progress: 100 });
