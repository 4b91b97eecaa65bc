import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The pool of the provider hosts. */
export class Hosts1763900000000 implements MigrationInterface {
  readonly name = 'Hosts1763900000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE host (
        id uuid PRIMARY KEY,
        place text NOT NULL,
        address text NOT NULL,
        port int NOT NULL,
        "user" text NOT NULL,
        host_key text NOT NULL,
        tags text[] NOT NULL,
        cpus int NOT NULL,
        memory_mb int NOT NULL,
        disk_gb int NOT NULL,
        os text NOT NULL,
        machine_id text,
        state text NOT NULL,
        message text NOT NULL,
        bastion jsonb,
        login jsonb NOT NULL,
        instance_id uuid,
        cluster_id uuid,
        from_file boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );
      CREATE UNIQUE INDEX host_address ON host (place);
      CREATE UNIQUE INDEX host_machine ON host (machine_id);
      -- One host an instance, whoever claims at the same time.
      CREATE UNIQUE INDEX host_instance ON host (instance_id) WHERE state = 'TAKEN';
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query('DROP TABLE host');
  }
}
