import type { EntityManager } from 'typeorm';

/** Wakes a worker for a schedule of backups when it is due. The sweep makes up for what nobody was woken for. */
export interface Alarms {
  /**
   * Wakes a worker at `at` in place of any other time; null: never. With the transaction `tx`, where the job store shares
   * its database; else soon, and what comes of it is not waited for.
   */
  set(tx: EntityManager, scheduleId: string, at: Date | null): Promise<void>;
}
