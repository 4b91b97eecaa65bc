import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The settings of a cluster's manager, as they were wished. */
export class ClusterSettings1763910000000 implements MigrationInterface {
  readonly name = 'ClusterSettings1763910000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`ALTER TABLE cluster ADD COLUMN settings jsonb NOT NULL DEFAULT '{}'`);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE cluster DROP COLUMN settings');
  }
}
