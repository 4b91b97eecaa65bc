/** A backup, as far as its time tells whether it stays. */
export interface Kept {
  readonly id: string;
  readonly createdAt: Date;
}

export interface Retention {
  readonly keepLast: number | null;
  readonly keepDays: number | null;
}

const day = 24 * 3_600_000;

/**
 * Which of a schedule's good backups go, `backups` newest first: those that neither number keeps. The newest always
 * stays: there is one to go back to, however old it is.
 */
export function expired<T extends Kept>(backups: readonly T[], { keepLast, keepDays }: Retention, now: Date): T[] {
  if (keepLast === null && keepDays === null) return [];
  const youngest = keepDays === null ? Infinity : now.getTime() - keepDays * day;
  return backups.slice(Math.max(1, keepLast ?? 1)).filter(({ createdAt }) => createdAt.getTime() < youngest);
}
