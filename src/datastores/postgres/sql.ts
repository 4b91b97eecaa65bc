import { DomainError } from '../../errors.js';
import { sh, withStdin, type Command } from '../../shell/command.js';
import { Secret } from '../../shell/secret.js';
import type { ClusterView, Node } from '../datastore.js';
import { layoutOf, type Versioned } from './layout.js';
import { identifier, literal } from './quoting.js';
import { derivedSalt, scramVerifier } from './scram.js';

/**
 * For whatever asks as the superuser: what a user has made in a database, a function or an operator of a name that the system
 * has too, is not taken for the system's own, and texts are read as they are written.
 */
export const strictly = sh`PGOPTIONS=${'-c search_path= -c standard_conforming_strings=on'}`;

/** psql as the superuser over the socket; SQL comes on stdin, the first error ends it. Values unaligned, without headers. */
export function psql(cluster: Versioned, node: Node): Command {
  const { bin, run } = layoutOf(cluster, node);
  return sh`env ${strictly} ${`${bin}psql`} -XqAt -v ON_ERROR_STOP=1 -h ${run} -p ${node.port} -U postgres -d postgres`;
}

/** Runs `sql` on `node` as the superuser. */
export const query = (cluster: Versioned, node: Node, sql: string): Command => withStdin(psql(cluster, node), sql);

const named = /^[a-z_][a-z0-9_]{0,62}$/;

function roleName(name: string): string {
  if (named.test(name) && !name.startsWith('pg_') && name !== 'postgres') return name;
  throw new DomainError('BAD_USER_INPUT', `${name} cannot be the name of a PostgreSQL role made by DTrove`);
}

/** A plan may be foreseen before its passwords are made: a role without one is let in by none. */
const verifier = (cluster: ClusterView, name: string, password: Secret): string =>
  password.reveal() === ''
    ? 'NULL'
    : literal(scramVerifier(password, derivedSalt(`${cluster.id}/${name}`, password)).reveal());

const ensureRole = (name: string): string =>
  `DO $do$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${literal(name)}) ` +
  `THEN CREATE ROLE ${identifier(name)}; END IF; END $do$;`;

/**
 * The roles of a cluster: the administrator, who owns the database `postgres` and is no superuser, and the one that
 * replicas stream as. Right from any state; nothing of it reaches the server's log, not even when it fails.
 */
export function rolesSql(cluster: ClusterView): Secret {
  const admin = roleName(cluster.admin.username);
  const replication = roleName(cluster.replication.username);
  return new Secret(`\
BEGIN;
SET LOCAL log_statement = 'none';
SET LOCAL log_min_error_statement = 'panic';
SET LOCAL log_min_duration_statement = -1;
${ensureRole(admin)}
ALTER ROLE ${identifier(admin)} LOGIN CREATEDB CREATEROLE PASSWORD ${verifier(cluster, admin, cluster.admin.password)};
GRANT pg_monitor TO ${identifier(admin)};
ALTER DATABASE postgres OWNER TO ${identifier(admin)};
${ensureRole(replication)}
ALTER ROLE ${identifier(replication)} LOGIN REPLICATION PASSWORD ${verifier(cluster, replication, cluster.replication.password)};
COMMIT;
`);
}

const slotList = (slots: readonly string[]): string => `ARRAY[${slots.map(literal).join(', ')}]::text[]`;

/** Makes the slots that are missing; each keeps the log from now on, so that a base backup taken later can follow it. */
export const createSlotsSql = (slots: readonly string[]): string => `\
SELECT pg_create_physical_replication_slot(slot, true) FROM unnest(${slotList(slots)}) AS slot
WHERE slot NOT IN (SELECT slot_name FROM pg_replication_slots);
`;

/**
 * Drops slots, ending the connection of a replica that still streams from one. Such a replica connects again at once
 * (only a second time does it wait), hence the attempts.
 */
export const dropSlotsSql = (slots: readonly string[]): string => `\
DO $do$ DECLARE slot text; BEGIN
  FOR slot IN SELECT slot_name FROM pg_replication_slots WHERE slot_name = ANY(${slotList(slots)}) LOOP
    FOR i IN 1..20 LOOP
      BEGIN
        PERFORM pg_terminate_backend(active_pid, 10000) FROM pg_replication_slots
          WHERE slot_name = slot AND active_pid IS NOT NULL;
        PERFORM pg_drop_replication_slot(slot);
        EXIT;
      EXCEPTION WHEN object_in_use THEN
        IF i = 20 THEN RAISE; END IF;
        PERFORM pg_sleep(0.05);
      END;
    END LOOP;
  END LOOP;
END $do$;
`;

/** Returns as soon as this replica streams from its primary; an error where it does not within `seconds`. */
export const streamingSql = (seconds: number): string => `\
DO $do$ BEGIN
  FOR i IN 1..${seconds * 50} LOOP
    IF EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming') THEN RETURN; END IF;
    PERFORM pg_sleep(0.02);
  END LOOP;
  RAISE EXCEPTION 'the replica does not stream from its primary';
END $do$;
`;

/** Fails in words unless the server has read the file that tells `mark`, all of it. */
export const loadedSql = (mark: string): string => `\
SET statement_timeout = 0;
DO $do$ DECLARE wrong text; BEGIN
  IF current_setting('dtrove.settings', true) IS DISTINCT FROM ${literal(mark)} THEN
    RAISE EXCEPTION 'the server has not read its settings yet';
  END IF;
  SELECT string_agg(name || ': ' || error, '; ') INTO wrong FROM pg_file_settings WHERE error IS NOT NULL;
  IF wrong IS NOT NULL THEN RAISE EXCEPTION '%', wrong; END IF;
END $do$;
`;

/** Returns as soon as all that `replicas` stands for have replayed what the primary has written by now. */
export const heardSql = (replicas: readonly string[], seconds: number): string => `\
DO $do$ DECLARE now_at pg_lsn := pg_current_wal_lsn(); BEGIN
  FOR i IN 1..${seconds * 10} LOOP
    IF (SELECT count(*) FROM pg_stat_replication WHERE application_name = ANY(${slotList(replicas)}) AND replay_lsn >= now_at)
      >= ${String(replicas.length)} THEN RETURN; END IF;
    PERFORM pg_stat_clear_snapshot();
    PERFORM pg_sleep(0.1);
  END LOOP;
  RAISE EXCEPTION 'a replica has not replayed what the primary has written';
END $do$;
`;
