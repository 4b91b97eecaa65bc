import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Api } from '../support/api.js';
import { ImportExportDocument } from '../operations/documents.js';
import { cluster, fail, succeed } from '../support/clusters.js';
import { cleanUp } from '../support/control-plane.js';
import { moving } from '../support/exports.js';
import { engines, tell } from './support/engines.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask, startPlane } from './support/plane.js';
import { fillRights, lookAtDatabase, lookAtRights } from './support/postgres-rights.js';

const minutes = 60_000;
const engine = engines.postgres;

onMachines('the rights of a PostgreSQL database', () => {
  let lab: Lab;
  let inside: Inside;
  let api: Api;
  let from: { id: string; server: string };
  let to: { id: string; server: string };

  async function make(name: string, { offer } = engine) {
    const made = await ask(api, offer, { name, size: 1, flavor: 'small' });
    await succeed(api, made.operation.id);
    return { id: made.cluster.id, server: (await cluster(api, made.cluster.id)).instances[0]?.server ?? '' };
  }

  const at = ({ server }: { server: string }, statements: string) => tell(inside, server, engine, statements);

  /** What pg_dump makes of the source, for which DTrove has done nothing. */
  async function dumped(options: string): Promise<string> {
    const printed = await inside.run(
      from.server,
      `pg_dump -h /run/postgresql -U postgres ${options} shop | base64 -w0`,
    );
    return moving(api).upload(Buffer.from(printed, 'base64'));
  }

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    ({ api } = await startPlane(lab.env));
    [from, to] = await Promise.all([make('from'), make('to')]);
    await at(from, fillRights);
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await cleanUp();
    await lab.close();
  }, 2 * minutes);

  /** What the other cluster is to have: what was a superuser's is its administrator's. */
  const wanted = async () =>
    (await at(from, lookAtRights('shop')))
      .split('\n')
      .map((line) => (/^(relation\|s\.trees|default)/.test(line) ? line.replaceAll('postgres', 'admin') : line));

  const leftOut =
    /^imported: \w+\. Left out of \w+: 1 owners or rights of a kind that is not carried over: GRANT ALL ON FUNCTION pg_catalog\.pg_read_file\(text\) TO app; 1 settings of the database, or of roles in it$/;

  it(
    'come along in an export, with those of the database itself and of its large objects',
    async () => {
      const { id } = await moving(api).exportOf(from.id, { databases: ['shop'], includeUsers: true });
      expect(await moving(api).importTo(to.id, { exportId: id, includeUsers: true })).toMatch(leftOut);
      const rights = await wanted();
      expect(rights).toContain('large object|70000|clerk|app SELECT, clerk SELECT, clerk UPDATE');
      expect(rights).toContain('default|r s|admin|app SELECT');
      expect((await at(to, lookAtRights('shop'))).split('\n')).toEqual(rights);
      expect(await at(to, lookAtDatabase('shop'))).toBe(await at(from, lookAtDatabase('shop')));
      expect(await at(to, 'SELECT count(*) FROM pg_parameter_acl;')).toBe('0');
    },
    10 * minutes,
  );

  describe.each([
    ['-Fc', true, leftOut],
    ['-Fc --no-large-objects', true, leftOut],
    // It is not told of its own database.
    ['-Fp', false, /^imported: elsewhere\. Left out of elsewhere: 1 owners .*pg_read_file\(text\) TO app$/],
  ])('in what pg_dump %s has written', (options, itself, told) => {
    it(
      'come along',
      async () => {
        const uploadId = await dumped(options);
        const input = { uploadId, databases: ['elsewhere'], onConflict: 'REPLACE' };
        expect(await moving(api).importTo(to.id, input)).toMatch(told);
        const rights = await wanted();
        const without = rights.filter((line) => !line.startsWith('large'));
        expect((await at(to, lookAtRights('elsewhere'))).split('\n')).toEqual(
          options.includes('no-large') ? without : rights,
        );
        const its = await at(to, lookAtDatabase('elsewhere'));
        if (itself) expect(its).toBe(await at(from, lookAtDatabase('shop')));
        else expect(its).toMatch(/^database\|\|admin\|/);
      },
      5 * minutes,
    );
  });

  it(
    'are no more than those on what is in it, whatever the dump commands, and also where the administrator may do more',
    async () => {
      // Up to version 15 whoever makes roles may give himself those of the system.
      const old = await make('old', engines.postgres15);
      const look =
        "SELECT rolname, rolsuper, md5(rolpassword) FROM pg_authid WHERE rolname !~ '^pg_' ORDER BY 1; SELECT count(*) FROM pg_auth_members; SELECT datname FROM pg_database ORDER BY 1;";
      const before = await at(old, look);
      const head = '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 15.0\n';
      const end = '--\n-- PostgreSQL database dump complete\n--\n';
      for (const [bad, why] of [
        [
          "DO $$ BEGIN EXECUTE 'GRANT pg_execute_server_program TO ' || current_user; END $$;\nCOPY (SELECT 1) TO PROGRAM 'touch /var/tmp/owned';\n",
          /must have admin option|permission denied/,
        ],
        ["CREATE ROLE evil LOGIN PASSWORD 'known';\n", /permission denied to create role/],
        ["ALTER ROLE admin PASSWORD 'known';\n", /permission denied/],
        ['ALTER DATABASE postgres SET search_path = evil;\n', /must be owner of database/],
        ['CREATE EXTENSION postgres_fdw;\n', /permission denied to create extension/],
      ] as const) {
        const uploadId = await moving(api).upload(Buffer.from(head + bad + end));
        const { importExport } = await api.get(ImportExportDocument, {
          input: { clusterId: old.id, uploadId, databases: ['bad'] },
        });
        expect((await fail(api, importExport.operation.id)).message).toMatch(why);
        expect(await at(old, look)).toBe(before);
        expect(await inside.holds(old.server, 'test ! -e /var/tmp/owned')).toBe(true);
      }
    },
    10 * minutes,
  );

  it(
    'are those of no superuser, though what is in it has names of the system’s own functions and operators',
    async () => {
      const trap = (name: string, args: string, result: string) =>
        `CREATE FUNCTION public.${name}(${args}) RETURNS ${result} LANGUAGE plpgsql AS $$ BEGIN COPY (SELECT 1) TO PROGRAM 'touch /var/tmp/owned'; RETURN NULL; END $$;\n`;
      // Both fit what is asked better than the system's do.
      const traps =
        trap('format', 'text, name, name, name, name', 'text') +
        trap('nomatch', 'name, name', 'boolean') +
        'CREATE OPERATOR public.!~ (leftarg = name, rightarg = name, function = public.nomatch);\n';
      const dump = `--\n-- PostgreSQL database dump\n--\n\nCREATE TABLE public.t (n int);\n${traps}--\n-- PostgreSQL database dump complete\n--\n`;
      const uploadId = await moving(api).upload(Buffer.from(dump));
      const input = { uploadId, databases: ['trapped'], onConflict: 'REPLACE' };
      await moving(api).importTo(to.id, input);
      // Now it is there, and is looked at.
      await moving(api).importTo(to.id, input);
      await moving(api).exportOf(to.id, { databases: ['trapped'] });
      expect(await inside.holds(to.server, 'test ! -e /var/tmp/owned')).toBe(true);
    },
    5 * minutes,
  );
});
