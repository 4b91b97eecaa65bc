import { identifier, literal } from '../quoting.js';
import { localeSql, localeWords, type Locale } from './locale.js';

/** Of whom nobody but the server itself knows: schemas that are no user's. */
const own = `n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'`;
const ofExtension = (catalog: string) =>
  `EXISTS (SELECT FROM pg_depend d WHERE d.classid = '${catalog}'::regclass AND d.objid = o.oid AND d.deptype = 'e')`;

/** What there is, as `Exporting.survey` tells it. */
export const surveySql = `\
SELECT json_build_object('version', split_part(current_setting('server_version'), ' ', 1));
SELECT json_build_object('database', datname, 'bytes', pg_database_size(oid), 'collation', ${localeSql})
  FROM pg_database d WHERE NOT datistemplate AND datallowconn ORDER BY datname;
`;

/** Tells of the database that it is asked in whether nobody has put anything into it. */
export const emptySql = `\
SELECT json_build_object('empty', current_database()) WHERE NOT EXISTS (
  SELECT FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace WHERE ${own} AND NOT ${ofExtension('pg_class')}
) AND NOT EXISTS (
  SELECT FROM pg_proc o JOIN pg_namespace n ON n.oid = o.pronamespace WHERE ${own} AND NOT ${ofExtension('pg_proc')}
) AND NOT EXISTS (SELECT FROM pg_namespace n WHERE ${own} AND n.nspname <> 'public');
`;

/** Statements that count the rows of each table, for psql's \\gexec: a partitioned table's are those of its partitions. */
const countSql = `\
SELECT format('SELECT json_build_array(%L, %L, count(*)) FROM ONLY %I.%I', n.nspname, o.relname, n.nspname, o.relname)
  FROM pg_class o JOIN pg_namespace n ON n.oid = o.relnamespace
  WHERE o.relkind = 'r' AND ${own} AND NOT ${ofExtension('pg_class')} ORDER BY n.nspname, o.relname`;

/** The script of psql that dumps by $DUMP and counts, both as of one moment. */
export const dumpScript = `\
\\set ON_ERROR_STOP on
BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
SELECT pg_export_snapshot() AS snapshot \\gset
\\setenv SNAPSHOT :snapshot
\\! "$bin"pg_dump --snapshot="$SNAPSHOT" --no-password --file="$dump" $options || : >"$dump.failed"
${countSql} \\gexec
COMMIT;
`;

export const countScript = `\
\\set ON_ERROR_STOP on
${countSql} \\gexec
`;

/** Names that a load makes: of the database until it is whole, and of the one that gives way to it. */
export const freshName = (token: string): string => `dtrove_import_${token}`;
export const oldName = (token: string): string => `dtrove_replaced_${token}`;

/** Ends who is still making it, too: a server goes on with that for a moment when the client has gone. */
export const dropSql = (name: string): string => `\
SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity
  WHERE starts_with(query, ${literal(creation(name))}) AND pid <> pg_backend_pid();
DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE);
`;
/** The same of a database that is loaded, with the user who loads it. */
export const dropFreshSql = (name: string): string => `${dropSql(name)}DROP ROLE IF EXISTS ${identifier(name)};\n`;
const creation = (name: string): string => `CREATE DATABASE ${identifier(name)} `;
/** It belongs to the user of its name. Nothing of the server's template comes in, that somebody may have changed. */
export const createSql = (name: string, locale: Locale | null = null): string =>
  `${creation(name)}OWNER ${identifier(name)} TEMPLATE template0${locale === null ? '' : localeWords(locale)};\n`;
export const isThereSql = (name: string): string => `SELECT 1 FROM pg_database WHERE datname = ${literal(name)};`;
export const shutSql = (name: string, open: boolean): string =>
  `ALTER DATABASE ${identifier(name)} ALLOW_CONNECTIONS ${String(open)};`;
const endSessions = (name: string): string =>
  `SELECT count(pg_terminate_backend(pid, 10000)) FROM pg_stat_activity WHERE datname = ${literal(name)};\n`;

/** Both at once, or neither. */
export const swapSql = (name: string, fresh: string, old: string): string => `\
${endSessions(name)}${endSessions(fresh)}BEGIN;
ALTER DATABASE ${identifier(name)} RENAME TO ${identifier(old)};
ALTER DATABASE ${identifier(fresh)} RENAME TO ${identifier(name)};
COMMIT;
`;

export const renameSql = (fresh: string, name: string): string =>
  `${endSessions(fresh)}ALTER DATABASE ${identifier(fresh)} RENAME TO ${identifier(name)};\n`;
