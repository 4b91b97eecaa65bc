import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Volumes that carry the data of a cluster's servers. */
export class Volumes1764020000000 implements MigrationInterface {
  readonly name = 'Volumes1764020000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE cluster ADD COLUMN volume_gb integer');
    await db.query('ALTER TABLE instance ADD COLUMN volume text');
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('ALTER TABLE instance DROP COLUMN volume');
    await db.query('ALTER TABLE cluster DROP COLUMN volume_gb');
  }
}
