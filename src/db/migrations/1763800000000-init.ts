import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The first schema: nouns, leases, idempotency, and the event log with its NOTIFY. */
export class Init1763800000000 implements MigrationInterface {
  readonly name = 'Init1763800000000';

  async up(db: QueryRunner): Promise<void> {
    await db.query(`
      CREATE TABLE datastore (
        id uuid PRIMARY KEY,
        manager text NOT NULL,
        version text NOT NULL,
        image text NOT NULL,
        packages text[] NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT datastore_offer UNIQUE (manager, version, image, packages)
      );

      CREATE TABLE cluster (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        datastore_id uuid NOT NULL CONSTRAINT cluster_datastore_fk REFERENCES datastore,
        size int NOT NULL,
        status text NOT NULL,
        message text NOT NULL,
        provider text NOT NULL,
        flavor text NOT NULL,
        ca_certificate text,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
      );
      CREATE UNIQUE INDEX cluster_name ON cluster (name) WHERE deleted_at IS NULL;
      CREATE INDEX cluster_datastore ON cluster (datastore_id);

      CREATE TABLE instance (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        cluster_id uuid NOT NULL CONSTRAINT instance_cluster_fk REFERENCES cluster,
        role text NOT NULL,
        server_status text NOT NULL,
        progress int NOT NULL,
        message text NOT NULL,
        addr text,
        server text,
        "user" text NOT NULL,
        port int,
        ssh_port int,
        host_key text,
        facts jsonb,
        certificate text,
        created_at timestamptz NOT NULL DEFAULT now(),
        deleted_at timestamptz
      );
      CREATE UNIQUE INDEX instance_name ON instance (cluster_id, name) WHERE deleted_at IS NULL;
      CREATE INDEX instance_cluster ON instance (cluster_id);

      CREATE TABLE key (
        id uuid PRIMARY KEY,
        name text NOT NULL,
        cluster_id uuid NOT NULL CONSTRAINT key_cluster UNIQUE CONSTRAINT key_cluster_fk REFERENCES cluster,
        public_key text NOT NULL,
        private_key text NOT NULL,
        passphrase text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE stored_secret (
        id uuid PRIMARY KEY,
        owner_id uuid NOT NULL,
        name text NOT NULL,
        sealed text NOT NULL,
        CONSTRAINT stored_secret_name UNIQUE (owner_id, name)
      );

      CREATE TABLE data_key (
        id uuid PRIMARY KEY,
        master_key_id text NOT NULL,
        wrapped text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE operation (
        id uuid PRIMARY KEY,
        kind text NOT NULL,
        status text NOT NULL,
        progress int NOT NULL,
        message text NOT NULL,
        cluster_id uuid CONSTRAINT operation_cluster_fk REFERENCES cluster,
        input jsonb NOT NULL,
        error_code text,
        error_message text,
        attempts int NOT NULL,
        cancel_requested boolean NOT NULL,
        deadline_at timestamptz,
        lease_owner text,
        lease_until timestamptz,
        fence bigint NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        finished_at timestamptz
      );
      -- One working operation a cluster: held by the index, not by hope.
      CREATE UNIQUE INDEX operation_one_a_cluster ON operation (cluster_id)
        WHERE status IN ('QUEUED', 'RUNNING', 'WAITING');
      CREATE INDEX operation_open ON operation (created_at) WHERE status IN ('QUEUED', 'RUNNING', 'WAITING');
      CREATE INDEX operation_cluster ON operation (cluster_id, id);

      CREATE TABLE operation_step (
        id uuid PRIMARY KEY,
        operation_id uuid NOT NULL CONSTRAINT operation_step_operation_fk REFERENCES operation ON DELETE CASCADE,
        key text NOT NULL,
        ordinal int NOT NULL,
        name text NOT NULL,
        instance_id uuid CONSTRAINT operation_step_instance_fk REFERENCES instance,
        status text NOT NULL,
        attempts int NOT NULL,
        forgiven int NOT NULL,
        message text NOT NULL,
        output text NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        CONSTRAINT operation_step_key UNIQUE (operation_id, key)
      );

      CREATE TABLE idempotency (
        key text PRIMARY KEY,
        fingerprint text NOT NULL,
        cluster_id uuid NOT NULL REFERENCES cluster,
        operation_id uuid NOT NULL REFERENCES operation,
        created_at timestamptz NOT NULL DEFAULT now()
      );

      CREATE TABLE event_topic (
        topic text PRIMARY KEY,
        seq bigint NOT NULL
      );
      CREATE TABLE event (
        topic text NOT NULL,
        seq bigint NOT NULL,
        payload jsonb NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (topic, seq)
      );

      -- The row lock on the topic is held until commit: numbers become visible in order and without a gap.
      CREATE FUNCTION append_event(which text, what jsonb) RETURNS bigint LANGUAGE plpgsql AS $$
      DECLARE
        number bigint;
      BEGIN
        INSERT INTO event_topic AS t (topic, seq) VALUES (which, 1)
          ON CONFLICT (topic) DO UPDATE SET seq = t.seq + 1
          RETURNING seq INTO number;
        INSERT INTO event (topic, seq, payload) VALUES (which, number, what);
        PERFORM pg_notify('dtrove_event', which || ' ' || number);
        RETURN number;
      END
      $$;
    `);
  }

  async down(db: QueryRunner): Promise<void> {
    await db.query(`
      DROP FUNCTION append_event(text, jsonb);
      DROP TABLE event, event_topic, idempotency, operation_step, operation, data_key, stored_secret, key, instance,
        cluster, datastore;
    `);
  }
}
