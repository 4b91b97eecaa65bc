import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Groups of parameters with their history, and which version of one a cluster has. */
export class Configurations1764040000000 implements MigrationInterface {
  readonly name = 'Configurations1764040000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE configuration (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        description text NOT NULL,
        datastore_id uuid NOT NULL CONSTRAINT configuration_datastore_fk REFERENCES datastore,
        version int NOT NULL,
        "values" jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL
      );
      CREATE UNIQUE INDEX configuration_name ON configuration (name);

      CREATE TABLE configuration_version (
        configuration_id uuid NOT NULL CONSTRAINT configuration_version_fk REFERENCES configuration ON DELETE CASCADE,
        version int NOT NULL,
        "values" jsonb NOT NULL,
        changes jsonb NOT NULL,
        author text,
        reason text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (configuration_id, version)
      );

      ALTER TABLE cluster
        ADD COLUMN configuration_id uuid CONSTRAINT cluster_configuration_fk REFERENCES configuration,
        ADD COLUMN configuration_version int;
      CREATE INDEX cluster_configuration ON cluster (configuration_id);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      ALTER TABLE cluster DROP COLUMN configuration_id, DROP COLUMN configuration_version;
      DROP TABLE configuration_version;
      DROP TABLE configuration;
    `);
  }
}
