import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Who asked for an operation, and which steps have started what must not run twice. */
export class Perform1763910000001 implements MigrationInterface {
  readonly name = 'Perform1763910000001';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE operation ADD COLUMN requested_by text;
      ALTER TABLE operation_step ADD COLUMN launched boolean NOT NULL DEFAULT false;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE operation_step DROP COLUMN launched;
      ALTER TABLE operation DROP COLUMN requested_by;
    `);
  }
}
