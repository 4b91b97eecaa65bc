import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the looks at servers find, beside what operations said; and who is to do what one process alone does. */
export class Health1763910000002 implements MigrationInterface {
  readonly name = 'Health1763910000002';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE cluster ADD COLUMN settled text, ADD COLUMN settled_message text;
      ALTER TABLE instance
        ADD COLUMN trouble text NOT NULL DEFAULT '',
        ADD COLUMN datastore_up boolean,
        ADD COLUMN datastore_version text;
      CREATE TABLE duty (name text PRIMARY KEY, owner text NOT NULL, until timestamptz NOT NULL);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP TABLE duty;
      ALTER TABLE instance DROP COLUMN trouble, DROP COLUMN datastore_up, DROP COLUMN datastore_version;
      ALTER TABLE cluster DROP COLUMN settled, DROP COLUMN settled_message;
    `);
  }
}
