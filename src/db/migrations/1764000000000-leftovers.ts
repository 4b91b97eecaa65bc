import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Orphans of every kind, also what was no single instance's. */
export class Leftovers1764000000000 implements MigrationInterface {
  readonly name = 'Leftovers1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE orphan
        ADD COLUMN kind text NOT NULL DEFAULT 'SERVER',
        ALTER COLUMN key DROP NOT NULL,
        ALTER COLUMN cluster_id DROP NOT NULL,
        ALTER COLUMN status DROP NOT NULL,
        DROP CONSTRAINT orphan_pkey,
        ADD PRIMARY KEY (provider, kind, id);
    `);
  }

  /** What the former version cannot show is found again by the next look of a later one. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      DELETE FROM orphan WHERE kind <> 'SERVER';
      ALTER TABLE orphan
        DROP CONSTRAINT orphan_pkey,
        ADD PRIMARY KEY (provider, id),
        ALTER COLUMN key SET NOT NULL,
        ALTER COLUMN cluster_id SET NOT NULL,
        ALTER COLUMN status SET NOT NULL,
        DROP COLUMN kind;
    `);
  }
}
