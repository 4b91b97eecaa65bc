import type pg from 'pg';

type Ask = <T extends pg.QueryResultRow>(text: string, values: readonly unknown[]) => Promise<T[]>;

interface Orphaned {
  readonly id: string;
  readonly fence: string;
  readonly at: Date;
}

/** What dead workers were at, and how long it took until another one went on with it: by PostgreSQL's own clock. */
export class Takeovers {
  private readonly orphaned: Orphaned[] = [];

  constructor(private readonly ask: Ask) {}

  /** To be called right before the process is killed. */
  async note(pid: number): Promise<void> {
    const held = await this.ask<Orphaned>(
      `SELECT id, fence, now() AS at FROM operation WHERE lease_until > now() AND split_part(lease_owner, ':', 2) = $1`,
      [String(pid)],
    );
    this.orphaned.push(...held);
  }

  /** In milliseconds; 0 where none was taken over. */
  async longest(): Promise<number> {
    let longest = 0;
    for (const { id, fence, at } of this.orphaned) {
      const [row] = await this.ask<{ ms: string | null }>(
        `SELECT extract(epoch FROM min(created_at) - $3) * 1000 AS ms FROM event
          WHERE topic = 'operation:' || $1 AND (payload -> 'operation' ->> 'fence')::bigint > $2`,
        [id, fence, at],
      );
      longest = Math.max(longest, Number(row?.ms ?? 0));
    }
    return longest;
  }
}
