import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Exports of clusters, and files that are sent to be imported. The files themselves lie in a directory. */
export class Exports1764050000000 implements MigrationInterface {
  readonly name = 'Exports1764050000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE export (
        id uuid PRIMARY KEY,
        cluster_id uuid NOT NULL CONSTRAINT export_cluster_fk REFERENCES cluster,
        operation_id uuid NOT NULL CONSTRAINT export_operation_fk REFERENCES operation,
        name text NOT NULL,
        status text NOT NULL,
        message text NOT NULL,
        format text NOT NULL,
        engine text NOT NULL,
        version text NOT NULL,
        size bigint,
        sha256 text,
        manifest jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz
      );
      CREATE INDEX export_cluster ON export (cluster_id, id);

      CREATE TABLE upload (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        size bigint NOT NULL,
        sha256 text NOT NULL,
        status text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz NOT NULL
      );
      CREATE INDEX upload_expires ON upload (expires_at);
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE upload; DROP TABLE export');
  }
}
