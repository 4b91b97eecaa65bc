/** A backup, as far as its time tells whether it stays. */
export interface Kept {
  readonly id: string;
  readonly createdAt: Date;
  readonly verifiedAt: Date | null;
  /** Why it could not be proven; empty where it was, or nobody tried. */
  readonly verifyMessage: string;
}

export interface Retention {
  readonly keepLast: number | null;
  readonly keepDays: number | null;
  /** Not null: its backups are proven now and then. */
  readonly verifyEvery: number | null;
}

const day = 24 * 3_600_000;

/**
 * Which of a schedule's backups go, `backups` newest first: those that neither number keeps. The newest always stays, and
 * the last good one with it, however old it is: the last that was proven, where they are; else the last of which no proof failed.
 */
export function expired<T extends Kept>(
  backups: readonly T[],
  { keepLast, keepDays, verifyEvery }: Retention,
  now: Date,
): T[] {
  if (keepLast === null && keepDays === null) return [];
  const youngest = keepDays === null ? Infinity : now.getTime() - keepDays * day;
  const proven = verifyEvery === null ? undefined : backups.find(({ verifiedAt }) => verifiedAt !== null);
  const good = proven ?? backups.find(({ verifyMessage }) => verifyMessage === '');
  return backups
    .slice(Math.max(1, keepLast ?? 1))
    .filter((backup) => backup !== good && backup.createdAt.getTime() < youngest);
}
