import type { Inside } from './inside.js';

/** What the tests of exports put into a cluster, and how they look at it: on the server itself, past DTrove. */
export interface Engine {
  readonly offer: { readonly manager: string; readonly version: string; readonly image: string };
  /** The databases that {@link fill} makes, beside those that are there. */
  readonly databases: readonly string[] | null;
  /** A shell command that runs the statements on its stdin. */
  readonly client: (password: string) => string;
  /** Statements that make data which are hard to carry over. */
  readonly fill: string;
  /** Statements that print all of it, the same for the same data. */
  readonly look: string;
  /** Shell words that write the number `$i`; numbers are written one after the other. */
  readonly write: string;
  /** Statements that print how many numbers there are, and the largest. */
  readonly numbers: string;
  /** Statements that list the databases. */
  readonly list: string;
}

const odd = 'odd "n\'ame" ü';

const pgFill = `
CREATE DATABASE "odd ""n'ame"" ü";
\\connect "odd ""n'ame"" ü"
CREATE SCHEMA "S p";
CREATE SEQUENCE "S p".counter START 1000;
SELECT nextval('"S p".counter');
CREATE TABLE "S p"."t ""x""" (id int PRIMARY KEY, text text, twice int GENERATED ALWAYS AS (id * 2) STORED, at timestamptz, raw bytea);
INSERT INTO "S p"."t ""x""" (id, text, at, raw) SELECT n, 'ünï ''q'' \\ ' || n, '2026-01-01'::timestamptz + n * interval '1 s', decode(md5(n::text), 'hex') FROM generate_series(1, 1000) n;
INSERT INTO "S p"."t ""x""" (id, text) VALUES (5000, repeat('x', 5000000));
CREATE VIEW v AS SELECT count(*) FROM "S p"."t ""x""";
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER tr BEFORE INSERT ON "S p"."t ""x""" FOR EACH ROW EXECUTE FUNCTION f();
CREATE TABLE empty (n int);
CREATE TABLE parted (n int) PARTITION BY RANGE (n);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
INSERT INTO parted SELECT generate_series(0, 9);
CREATE DATABASE app;
\\connect app
CREATE TABLE number (n int PRIMARY KEY);
`;

const pgLook = `
\\connect "odd ""n'ame"" ü"
SELECT md5(string_agg(t::text, ',' ORDER BY id)) FROM "S p"."t ""x""" t;
SELECT * FROM v;
SELECT nextval('"S p".counter') > 1000;
SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal;
SELECT count(*) FROM parted;
SELECT count(*) FROM empty;
`;

const psql = 'psql -XAtq -v ON_ERROR_STOP=1 -h /run/postgresql -U postgres -d postgres';

/** PostgreSQL of a version. */
const postgres = (version: string, image: string): Engine => ({
  offer: { manager: 'postgres', version, image },
  databases: ['app', odd],
  client: () => psql,
  fill: pgFill,
  look: pgLook,
  write: `echo "INSERT INTO number VALUES ($i)" | ${psql} -d app`,
  numbers: '\\connect app\nSELECT count(*), max(n) FROM number;',
  list: 'SELECT datname FROM pg_database WHERE NOT datistemplate ORDER BY 1;',
});

const myFill = `
CREATE DATABASE \`odd "n'ame" ü\` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
USE \`odd "n'ame" ü\`;
CREATE TABLE \`t "x\` (id int PRIMARY KEY, text longtext, twice int GENERATED ALWAYS AS (id * 2) STORED, raw varbinary(64), at datetime(6));
INSERT INTO \`t "x\` (id, text, raw, at) VALUES (1, 'ünï ''q'' \\\\ (1),(2);\\nnext', x'00ff27', '2026-01-01 00:00:00.123456'), (2, NULL, NULL, NULL), (3, ''');', 'a', NULL);
INSERT INTO \`t "x\` (id, text) VALUES (5000, REPEAT('(x''', 500000));
CREATE TABLE \`child\` (id int PRIMARY KEY AUTO_INCREMENT, parent int, FOREIGN KEY (parent) REFERENCES \`t "x\` (id)) AUTO_INCREMENT = 77;
INSERT INTO \`child\` (parent) VALUES (1), (2);
CREATE TABLE nothing (n int);
CREATE VIEW v AS SELECT COUNT(*) AS c FROM \`t "x\`;
CREATE TABLE log (n int);
DELIMITER //
CREATE DEFINER = root@localhost TRIGGER tr AFTER INSERT ON \`child\` FOR EACH ROW BEGIN INSERT INTO log VALUES (NEW.id); END//
CREATE DEFINER = root@localhost PROCEDURE p() BEGIN SELECT 'it''s; p'; END//
CREATE DEFINER = root@localhost FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a + 1//
DELIMITER ;
CREATE DATABASE app;
CREATE TABLE app.number (n int PRIMARY KEY);
`;

const myLook = `
USE \`odd "n'ame" ü\`;
SELECT id, SHA2(text, 256), twice, HEX(raw), at FROM \`t "x\` ORDER BY id;
SELECT * FROM child; SELECT * FROM v; CALL p(); SELECT f(1);
SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = 'odd "n''ame" ü';
SELECT default_collation_name FROM information_schema.schemata WHERE schema_name = 'odd "n''ame" ü';
SELECT COUNT(*) FROM nothing;
`;

const mysqlOf = (manager: 'mariadb' | 'mysql', version: string, image: string): Engine => {
  const client = `${manager} --no-defaults -BN --default-character-set=utf8mb4 -uroot --socket=/run/mysqld/mysqld.sock`;
  return {
    offer: { manager, version, image },
    databases: ['app', odd],
    client: () => client,
    fill: myFill,
    look: myLook,
    write: `echo "INSERT INTO app.number VALUES ($i)" | ${client}`,
    numbers: "SELECT CONCAT(COUNT(*), '|', MAX(n)) FROM app.number;",
    list: "SELECT schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('mysql', 'sys', 'information_schema', 'performance_schema') ORDER BY 1;",
  };
};

const redisOf = (manager: 'redis' | 'valkey', version: string, image: string): Engine => {
  const client = (password: string) =>
    `REDISCLI_AUTH="${password}" ${manager}-cli -s /run/${manager}/dtrove.sock --user admin`;
  return {
    offer: { manager, version, image },
    databases: null,
    client,
    fill: `SET "odd \\"k ey\\" \\xc3\\xbc" "v\\x00\\xff"\nHSET h a 1 b 2\nZADD z 1 x 2 y\nXADD s 1-1 f v\nSETRANGE large 3000000 end\nSELECT 3\nRPUSH l 1 2 3\nSET gone 1 EX 100000`,
    look: `GET "odd \\"k ey\\" \\xc3\\xbc"\nHGETALL h\nZRANGE z 0 -1 WITHSCORES\nXRANGE s - +\nSTRLEN large\nSELECT 3\nLRANGE l 0 -1\nEXISTS gone`,
    write: `echo "SADD number $i" | ${client('$password')}`,
    numbers: 'SCARD number',
    list: 'DBSIZE',
  };
};

/** By the name of the engine. */
export const engines = {
  postgres: postgres('17', 'debian-13'),
  postgres15: postgres('15', 'debian-12'),
  mariadb: mysqlOf('mariadb', '11.8', 'debian-13'),
  mysql: mysqlOf('mysql', '9', 'debian-13-mysql'),
  redis: redisOf('redis', '8', 'debian-13'),
  valkey: redisOf('valkey', '8', 'debian-13'),
} as const;

/** Runs statements on a server; what its client prints. */
export const tell = (
  inside: Inside,
  server: string,
  engine: Engine,
  statements: string,
  password = '',
): Promise<string> =>
  inside.run(server, `echo ${Buffer.from(statements).toString('base64')} | base64 -d | ${engine.client(password)}`);
