import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { makeUsers } from '../../src/datastores/postgres/exports/users.js';
import { Secret } from '../../src/shell/secret.js';
import { cluster, node } from '../support/cluster-view.js';
import { TestServer } from '../support/database.js';

let server: TestServer;

beforeAll(async () => {
  server = await TestServer.start();
  await server.sql('CREATE ROLE admin CREATEROLE');
  await server.sql('CREATE ROLE boss');
});
afterAll(() => server.stop());

const user = (name: string, memberOf: readonly string[] = []) => ({
  ...{ name, login: true, inherit: true, createdb: false, createrole: false, connections: -1, until: null },
  ...{ password: 'SCRAM-SHA-256$4096:c2FsdA==$AAAA:BBBB', memberOf },
});

/** The script that makes them, and the words of the command that runs it. */
function making(given: readonly ReturnType<typeof user>[], version = '17') {
  const [part] = makeUsers(cluster([node(1)], { version }), node(1), given).apply;
  const { stdin, text } = part !== undefined && 'text' in part ? part : { stdin: undefined, text: '' };
  if (!(stdin instanceof Secret)) throw new Error('its SQL is no secret');
  return { sql: stdin.reveal(), text };
}

it('users of an archive are made as they are called, whatever that is, and are given nothing of who is here already', async () => {
  const nasty = [`x$do$; CREATE ROLE evil SUPERUSER; --`, `y'); CREATE ROLE evil; --`, 'a "quoted" \\ ü', '$ddo$$do$'];
  const given = [...nasty.map((name) => user(name, ['boss'])), user('boss'), user('clerk', [nasty[0] ?? '', 'boss'])];
  for (let again = 0; again < 2; again += 1) await server.sql(making(given).sql);
  const roles = await server.sql<{ rolname: string; rolsuper: boolean }>(
    `SELECT rolname, rolsuper FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user ORDER BY oid`,
  );
  expect(roles).toEqual(['admin', 'boss', ...nasty, 'clerk'].map((rolname) => ({ rolname, rolsuper: false })));
  const members = await server.sql<{ given: string; to: string; admin: boolean }>(
    `SELECT g.rolname AS given, m.rolname AS to, admin_option AS admin FROM pg_auth_members
       JOIN pg_roles g ON g.oid = roleid JOIN pg_roles m ON m.oid = member WHERE g.rolname !~ '^pg_' ORDER BY g.oid, m.oid`,
  );
  // The administrator may do with them what he may with those that he makes himself.
  expect(members).toEqual([
    ...nasty.flatMap((name, i) => [
      { given: name, to: 'admin', admin: true },
      ...(i === 0 ? [{ given: name, to: 'clerk', admin: false }] : []),
    ]),
    { given: 'clerk', to: 'admin', admin: true },
  ]);
});

it.each([
  ['15', false],
  ['17', true],
])('who makes roles there makes roles in PostgreSQL %s too: %s', async (version, may) => {
  const name = `maker ${version}`;
  const { sql, text } = making([{ ...user(name), createrole: true }], version);
  await server.sql(sql);
  const found = await server.sql(`SELECT rolcreaterole AS may FROM pg_roles WHERE rolname = '${name}'`);
  expect(found).toEqual([{ may }]);
  expect(text.includes(`made without CREATEROLE, which is a superuser'\\''s right in this version: ${name}`)).toBe(
    !may,
  );
});
