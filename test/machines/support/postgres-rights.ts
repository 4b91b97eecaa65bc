/** Makes a database in which all that can have an owner, or be granted, has another one than its administrator. */
export const fillRights = `
CREATE ROLE app LOGIN PASSWORD 'app-password';
CREATE ROLE clerk LOGIN PASSWORD 'clerk-password';
CREATE ROLE "odd role";
CREATE DATABASE shop OWNER app;
REVOKE CONNECT ON DATABASE shop FROM PUBLIC;
GRANT CONNECT, CREATE ON DATABASE shop TO clerk WITH GRANT OPTION;
ALTER DATABASE shop SET work_mem = '8MB';
\\connect shop
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO clerk;
CREATE SCHEMA s AUTHORIZATION clerk;
SELECT lo_from_bytea(n, '\\x00') FROM generate_series(70000, 89999) n;
DO $$ BEGIN FOR n IN 70000..89999 LOOP EXECUTE format('ALTER LARGE OBJECT %s OWNER TO %I', n, CASE WHEN n < 72000 THEN 'clerk' ELSE 'app' END); END LOOP; END $$;
GRANT SELECT ON LARGE OBJECT 70000 TO app;
GRANT UPDATE ON LARGE OBJECT 72001, 72002 TO clerk WITH GRANT OPTION;
COMMENT ON LARGE OBJECT 70001 IS 'x; ALTER DATABASE shop OWNER TO clerk;';
REVOKE ALL ON LANGUAGE plpgsql FROM PUBLIC;
GRANT USAGE ON LANGUAGE plpgsql TO app WITH GRANT OPTION;
GRANT SET ON PARAMETER log_statement TO app;
GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE app GRANT SELECT ON TABLES TO clerk;
ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO "odd role";
ALTER DEFAULT PRIVILEGES FOR ROLE app REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE clerk GRANT USAGE ON TYPES TO app WITH GRANT OPTION;
ALTER DEFAULT PRIVILEGES FOR ROLE clerk GRANT USAGE ON SCHEMAS TO app;
CREATE TABLE s.trees (n int);
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO app;
SET ROLE app;
CREATE TABLE t (a int, b text);
INSERT INTO t VALUES (1, 'x');
GRANT SELECT (a), UPDATE (b) ON t TO clerk;
GRANT MAINTAIN ON t TO "odd role";
CREATE POLICY mine ON t FOR SELECT TO clerk USING (true);
CREATE TYPE mood AS ENUM ('a');
REVOKE ALL ON TYPE mood FROM PUBLIC;
GRANT USAGE ON TYPE mood TO clerk;
CREATE DOMAIN dom AS int;
REVOKE ALL ON TYPE dom FROM PUBLIC;
CREATE TYPE range AS RANGE (subtype = float8);
CREATE AGGREGATE agg(int) (sfunc = int4pl, stype = int);
CREATE FUNCTION f(a int, VARIADIC b text[]) RETURNS int LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON FUNCTION f TO clerk;
CREATE OPERATOR === (leftarg = int, rightarg = int, function = int4eq);
CREATE COLLATION coll FROM "C";
CREATE CONVERSION conv FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
CREATE TEXT SEARCH CONFIGURATION tsc (COPY = simple);
CREATE TEXT SEARCH DICTIONARY tsd (TEMPLATE = simple);
CREATE STATISTICS st ON a, b FROM t;
CREATE PUBLICATION pub FOR TABLE t;
CREATE VIEW v AS SELECT * FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS a;
CREATE SEQUENCE sq;
GRANT USAGE ON SEQUENCE sq TO clerk WITH GRANT OPTION;
SET ROLE clerk;
GRANT USAGE ON SEQUENCE sq TO "odd role";
CREATE PROCEDURE s.p(INOUT a int, b "char", c timestamptz) LANGUAGE sql AS 'SELECT 1';
GRANT EXECUTE ON PROCEDURE s.p TO app;
`;

const kinds: readonly (readonly [letter: string, query: string])[] = [
  [
    'r',
    `SELECT 'relation', oid::regclass::text, relowner, relacl FROM pg_class c WHERE relkind IN ('r', 'v', 'm') AND $own(relnamespace)`,
  ],
  [
    's',
    `SELECT 'sequence', oid::regclass::text, relowner, relacl FROM pg_class c WHERE relkind = 'S' AND $own(relnamespace)`,
  ],
  [
    'c',
    `SELECT 'column', attrelid::regclass || '.' || attname, 10, attacl FROM pg_attribute WHERE attacl IS NOT NULL AND attrelid >= 16384`,
  ],
  [
    'f',
    `SELECT 'function', oid::regprocedure::text, proowner, proacl FROM pg_proc WHERE proname !~ '^range' AND $own(pronamespace)`,
  ],
  [
    'T',
    `SELECT 'type', typname, typowner, typacl FROM pg_type WHERE typtype IN ('e', 'd', 'r') AND $own(typnamespace)`,
  ],
  ['n', `SELECT 'schema', nspname, nspowner, nspacl FROM pg_namespace WHERE $own(oid)`],
  ['L', `SELECT 'large object', oid::text, lomowner, lomacl FROM pg_largeobject_metadata`],
  ['l', `SELECT 'language', lanname, lanowner, lanacl FROM pg_language`],
  ['c', `SELECT 'operator', oprname, oprowner, NULL FROM pg_operator WHERE $own(oprnamespace)`],
  ['c', `SELECT 'conversion', conname, conowner, NULL FROM pg_conversion WHERE $own(connamespace)`],
  ['c', `SELECT 'collation', collname, collowner, NULL FROM pg_collation WHERE $own(collnamespace)`],
  ['c', `SELECT 'configuration', cfgname, cfgowner, NULL FROM pg_ts_config WHERE $own(cfgnamespace)`],
  ['c', `SELECT 'dictionary', dictname, dictowner, NULL FROM pg_ts_dict WHERE $own(dictnamespace)`],
  ['c', `SELECT 'statistics', stxname, stxowner, NULL FROM pg_statistic_ext`],
  ['c', `SELECT 'publication', pubname, pubowner, NULL FROM pg_publication`],
  [
    'c',
    `SELECT 'default', concat(defaclobjtype, ' ', nullif(defaclnamespace, 0)::regnamespace), defaclrole, defaclacl FROM pg_default_acl`,
  ],
];

const own = (column: string): string =>
  `${column} NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace, 'pg_toast'::regnamespace)`;

const line = (letter: string, query: string): string => `
SELECT kind, name, owner::regrole, (SELECT string_agg(concat_ws(' ', coalesce(nullif(grantee, 0)::regrole::text, 'PUBLIC'), privilege_type, nullif(is_grantable, false)), ', '
    ORDER BY grantee::regrole::text, privilege_type) FROM aclexplode(coalesce(acl::aclitem[], acldefault('${letter}', owner))))
  FROM (${query.replace(/\$own\((\w+)\)/g, (_, column: string) => own(column))}) AS o (kind, name, owner, acl) ORDER BY 1, 2;`;

/** Prints a line for each object of a database: its owner, and who may do what with it. */
export const lookAtRights = (database: string): string =>
  `\\connect ${database}${kinds.map(([letter, query]) => line(letter, query)).join('')}`;

/** The same of the database itself. */
export const lookAtDatabase = (database: string): string =>
  line('d', `SELECT 'database', '', datdba, datacl FROM pg_database WHERE datname = '${database}'`);
