import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which control plane this is, so that two on one provider tell their servers apart; and servers that belong to no row. */
export class Orphans1763920000000 implements MigrationInterface {
  readonly name = 'Orphans1763920000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE control_plane (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        id uuid NOT NULL,
        looked_at timestamptz
      );

      CREATE TABLE orphan (
        provider text NOT NULL,
        id text NOT NULL,
        key text NOT NULL,
        cluster_id text NOT NULL,
        status text NOT NULL,
        message text NOT NULL,
        ours boolean NOT NULL,
        first_seen_at timestamptz NOT NULL,
        PRIMARY KEY (provider, id)
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE orphan; DROP TABLE control_plane');
  }
}
