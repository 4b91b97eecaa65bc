import type { DataSource } from 'typeorm';

/**
 * What one process does for all: whoever takes the duty has it for a while, and renews it. One that dies or is frozen
 * loses it. Time is PostgreSQL's.
 */
export class Duty {
  constructor(
    private readonly db: DataSource,
    /** Names it among all duties. */
    private readonly name: string,
    /** Names this process among all. */
    private readonly owner: string,
    /** How long it is held without being renewed, in milliseconds. */
    private readonly heldMs: number,
  ) {}

  /** Takes or renews it. False where another process has it. */
  async hold(): Promise<boolean> {
    const rows = await this.db.query<unknown[]>(
      `INSERT INTO duty AS d (name, owner, until) VALUES ($1, $2, now() + $3 * interval '1 millisecond')
         ON CONFLICT (name) DO UPDATE SET owner = excluded.owner, until = excluded.until
           WHERE d.owner = excluded.owner OR d.until < now()
         RETURNING 1`,
      [this.name, this.owner, this.heldMs],
    );
    return rows.length > 0;
  }

  /** Gives it to whoever asks next. */
  async release(): Promise<void> {
    await this.db.query('DELETE FROM duty WHERE name = $1 AND owner = $2', [this.name, this.owner]);
  }
}
