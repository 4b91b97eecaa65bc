import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { pickRights, withoutRights } from '../../../../src/datastores/postgres/exports/pick-rights.js';

const directory = mkdtempSync(join(tmpdir(), 'dtrove-rights-'));
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function perl(program: string, input: string, roles: readonly string[] = []) {
  const file = join(directory, 'roles');
  writeFileSync(file, roles.map((role) => `${role}\n`).join(''));
  const { status, stdout, stderr } = spawnSync('perl', ['-e', program], {
    input,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
    env: { ...process.env, roles: file, fresh: '"dtrove_import_1"', admin: '"admin"' },
  });
  expect([status, stderr.includes(' at -e line')]).toEqual([0, false]);
  return { stdout, stderr };
}

const picked = (input: string, roles: readonly string[] = ['app', 'odd "role"', 'admin']) =>
  perl(pickRights, input, roles);

const data = `COPY public.t (a) FROM stdin;
GRANT ALL ON TABLE public.t TO app;
;
\\.
`;
const body = `CREATE FUNCTION public.f() RETURNS trigger
    LANGUAGE plpgsql
    AS $_$
BEGIN
ALTER TABLE public.secret OWNER TO app;
GRANT ALL ON TABLE public.t TO app;
RETURN NEW; -- $1 $$
END $_$;
`;

describe('the rights of a dump', () => {
  it('are picked out of it: those alone, and of roles that there are', () => {
    const { stdout, stderr } = picked(`--
-- Name: t; Type: TABLE; Schema: public; Owner: app
--
SET search_path = '';
CREATE TABLE public.t (a text DEFAULT 'GRANT x; '';
GRANT ALL ON TABLE public.u TO app;');
ALTER SEQUENCE public.a_seq OWNER TO app;
ALTER TABLE public.t OWNER TO app;
${body}
ALTER FUNCTION public.f(integer, "T y" text[]) OWNER TO "odd ""role""";
${data}
GRANT SELECT(a),UPDATE(a) ON TABLE public.t TO app WITH GRANT OPTION;
REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;
GRANT USAGE ON SCHEMA "S p" TO gone;
GRANT ALL ON TABLE public.t TO gone;
GRANT ALL ON TABLE public.t TO postgres;
ALTER TABLE public.other OWNER TO postgres;
ALTER DEFAULT PRIVILEGES FOR ROLE admin IN SCHEMA public GRANT SELECT ON TABLES TO app;
GRANT SELECT ON LARGE OBJECT 16400 TO app;
`);
    expect(stdout.trim().split('\n')).toEqual([
      'ALTER TABLE public.t OWNER TO app;',
      'ALTER FUNCTION public.f(integer, "T y" text[]) OWNER TO "odd ""role""";',
      'GRANT SELECT(a),UPDATE(a) ON TABLE public.t TO app WITH GRANT OPTION;',
      'REVOKE ALL ON FUNCTION public.f() FROM PUBLIC;',
      'ALTER DEFAULT PRIVILEGES FOR ROLE admin IN SCHEMA public GRANT SELECT ON TABLES TO app;',
      'GRANT SELECT ON LARGE OBJECT 16400 TO app;',
      // A table takes its sequences along.
      'ALTER SEQUENCE public.a_seq OWNER TO app;',
    ]);
    expect(stderr).toMatch(/^what belongs or is granted to gone \(2\), .*\n$/);
  });

  it('are those of its own database too, by the name that it has here, and on languages that are trusted', () => {
    const { stdout, stderr } = picked(`CREATE DATABASE "s p" WITH TEMPLATE = template0 ENCODING = 'UTF8';
ALTER DATABASE "s p" OWNER TO app;
\\connect "s p"
ALTER DATABASE "s p" SET session_preload_libraries TO 'x';
ALTER ROLE app IN DATABASE "s p" SET search_path TO 's';
REVOKE CONNECT,TEMPORARY ON DATABASE "s p" FROM PUBLIC;
GRANT CREATE,CONNECT ON DATABASE "s p" TO app WITH GRANT OPTION;
GRANT ALL ON DATABASE "s p", postgres TO app;
GRANT ALL ON DATABASE other TO app;
GRANT ALL ON LANGUAGE plpgsql TO app;
ALTER OPERATOR public.=== (integer, public.t) OWNER TO app;
ALTER TEXT SEARCH CONFIGURATION public.c OWNER TO app;
ALTER DEFAULT PRIVILEGES FOR ROLE postgres GRANT SELECT ON TABLES  TO app;
ALTER PROCEDURAL LANGUAGE x OWNER TO postgres;
`);
    expect(stdout.trim().split('\n')).toEqual([
      'ALTER DATABASE "dtrove_import_1" OWNER TO app;',
      'REVOKE CONNECT,TEMPORARY ON DATABASE "dtrove_import_1" FROM PUBLIC;',
      'GRANT CREATE,CONNECT ON DATABASE "dtrove_import_1" TO app WITH GRANT OPTION;',
      'GRANT ALL ON LANGUAGE plpgsql TO app;',
      'ALTER OPERATOR public.=== (integer, public.t) OWNER TO app;',
      'ALTER TEXT SEARCH CONFIGURATION public.c OWNER TO app;',
      // What is said of a superuser there is said of the administrator here.
      'ALTER DEFAULT PRIVILEGES FOR ROLE "admin" GRANT SELECT ON TABLES TO app;',
    ]);
    expect(stderr.split('\n')).toEqual([
      '2 owners or rights of a kind that is not carried over: GRANT ALL ON DATABASE "s p", postgres TO app, GRANT ALL ON DATABASE other TO app',
      '2 settings of the database, or of roles in it',
      '',
    ]);
  });

  it('do not come all at once: each that changes hands is locked until a transaction ends', () => {
    const { stdout } = picked('ALTER LARGE OBJECT 1 OWNER TO app;\n'.repeat(2500));
    const given = (part: string) => part.split('\n').filter((line) => line.startsWith('ALTER')).length;
    expect(stdout.split('COMMIT;\nBEGIN;\n').map(given)).toEqual([999, 1000, 501]);
  });

  it('that are left out are told with their beginnings, in characters that can be shown', () => {
    const { stderr } = picked(`GRANT SET ON PARAMETER "${'ü'.repeat(100)}\u0007" TO app;\n`.repeat(7));
    expect(stderr).toMatch(
      /^7 owners or rights of a kind .*: (GRANT SET ON PARAMETER "ü+\.\.\.(, )?){5}, and 2 more\n$/,
    );
  });

  it('are found also around a text of megabytes that looks like statements, in a time that does not grow with its square', () => {
    const text = 'ALTER TABLE public.t OWNER TO app;\n'.repeat(150_000);
    const after = `${data}ALTER TABLE public.u OWNER TO app;\n`;
    const { stdout } = picked(`INSERT INTO public.t VALUES ('${text}');\n${after}${after}`);
    expect(stdout).toBe('ALTER TABLE public.u OWNER TO app;\n'.repeat(2));
    const whole = `INSERT INTO public.t VALUES ('${text}');\n${data}SELECT 1;\n`;
    expect(perl(withoutRights, whole).stdout === whole).toBe(true);
  });

  // A superuser does what is picked.
  it.each([
    'GRANT pg_execute_server_program TO app',
    'GRANT EXECUTE ON FUNCTION pg_catalog.pg_read_file(text) TO app',
    'GRANT EXECUTE ON FUNCTION "pg_catalog".pg_read_file(text) TO app',
    'GRANT EXECUTE ON FUNCTION pg_read_file(text) TO app',
    'GRANT SELECT ON TABLE information_schema.t TO app',
    'GRANT SET ON PARAMETER log_statement TO app',
    'GRANT USAGE ON LANGUAGE plpython3u TO app',
    'GRANT USAGE ON LANGUAGE c TO app',
    'GRANT USAGE ON FOREIGN DATA WRAPPER w TO app',
    'ALTER SERVER s OWNER TO app',
    'ALTER LANGUAGE plpgsql OWNER TO app',
    'ALTER EVENT TRIGGER e OWNER TO app',
    'ALTER OPERATOR pg_catalog.= (integer, integer) OWNER TO app',
    `ALTER OPERATOR public.=/*/ (integer, integer) OWNER TO app`,
    'ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO app',
    'GRANT USAGE ON FOREIGN SERVER s TO app',
    'GRANT ALL ON DATABASE postgres TO app',
    'GRANT ALL ON SCHEMA pg_catalog TO app',
    'GRANT ALL ON ALL FUNCTIONS IN SCHEMA pg_catalog TO app',
    'ALTER DATABASE postgres OWNER TO app',
    'ALTER FUNCTION public.f() OWNER TO pg_write_server_files',
    'ALTER TABLE public.t OWNER TO CURRENT_USER',
    `GRANT ALL ON TABLE public.t TO app' ; DROP TABLE x; --'`,
    'GRANT ALL ON TABLE public.t, pg_catalog.pg_authid TO app',
    'ALTER TABLE public.t ADD COLUMN b int, OWNER TO app',
  ])('%s is none of them', (sql) => {
    const { stdout, stderr } = picked(`${sql};\n`);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/of a kind that is not carried over|pg_write_server_files/);
  });

  it('are taken out of it, and all else stays as it is, to the byte', () => {
    const kept = `--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.t (a text);\n${body}${data}INSERT INTO public.t VALUES ('a;\n;\nb');\n\\echo hello\nSELECT 1;\nno end`;
    const parts = kept.split('CREATE FUNCTION');
    const mixed = `\\restrict abc\n${parts[0] ?? ''}ALTER TABLE public.t OWNER TO app;\nCREATE FUNCTION${parts[1] ?? ''}`;
    expect(perl(withoutRights, mixed.replace('INSERT', 'GRANT ALL ON TABLE public.t TO app;\nINSERT')).stdout).toBe(
      kept,
    );
  });
});
