import type { MigrationInterface, QueryRunner } from 'typeorm';

/** When backups are made, and how long they are kept. */
export class BackupSchedules1764030000001 implements MigrationInterface {
  readonly name = 'BackupSchedules1764030000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE backup_schedule (
        id uuid PRIMARY KEY,
        cluster_id uuid NOT NULL CONSTRAINT backup_schedule_cluster_fk REFERENCES cluster,
        store_id uuid CONSTRAINT backup_schedule_store_fk REFERENCES backup_store,
        cron text NOT NULL,
        timezone text NOT NULL,
        keep_last int,
        keep_days int,
        verify_every int,
        next_at timestamptz NOT NULL,
        last_at timestamptz,
        message text NOT NULL,
        tidy boolean NOT NULL,
        unverified int NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE INDEX backup_schedule_cluster ON backup_schedule (cluster_id);
      CREATE INDEX backup_schedule_next ON backup_schedule (next_at);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE backup_schedule');
  }
}
