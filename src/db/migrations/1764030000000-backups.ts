import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Where backups are kept, and the backups. */
export class Backups1764030000000 implements MigrationInterface {
  readonly name = 'Backups1764030000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE backup_store (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        kind text NOT NULL,
        path text,
        endpoint text,
        region text,
        bucket text,
        prefix text,
        access_key_id text,
        is_default boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX backup_store_name ON backup_store (name);
      CREATE UNIQUE INDEX backup_store_one_default ON backup_store (is_default) WHERE is_default;

      CREATE TABLE backup (
        id uuid PRIMARY KEY,
        cluster_id uuid NOT NULL CONSTRAINT backup_cluster_fk REFERENCES cluster,
        cluster_name text NOT NULL,
        datastore_id uuid NOT NULL CONSTRAINT backup_datastore_fk REFERENCES datastore,
        store_id uuid NOT NULL CONSTRAINT backup_store_fk REFERENCES backup_store,
        schedule_id uuid,
        status text NOT NULL,
        message text NOT NULL,
        engine_version text,
        taken_from text,
        settings jsonb NOT NULL,
        location text NOT NULL,
        size bigint,
        sha256 text,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        verified_at timestamptz,
        verified_restore_seconds double precision,
        verify_message text NOT NULL DEFAULT '',
        deleted_at timestamptz
      );
      CREATE INDEX backup_cluster ON backup (cluster_id, id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE backup; DROP TABLE backup_store');
  }
}
