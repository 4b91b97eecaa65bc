import { z } from 'zod';
import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { DatabaseUser } from '../../exporting.js';
import { layoutOf } from '../layout.js';
import { asOwner } from '../owner.js';
import { identifier, literal } from '../quoting.js';
import { psql } from '../sql.js';

const usersSql = ({ admin, replication }: ClusterView): string => `\
SELECT json_build_object('name', rolname, 'login', rolcanlogin, 'inherit', rolinherit, 'createdb', rolcreatedb,
    'createrole', rolcreaterole, 'connections', rolconnlimit, 'until', rolvaliduntil::text, 'password', rolpassword,
    'memberOf', ARRAY(SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid
      WHERE m.member = r.oid AND g.rolname !~ '^pg_' AND NOT g.rolsuper ORDER BY 1))
  FROM pg_authid r WHERE rolname !~ '^pg_' AND NOT rolsuper
   AND rolname NOT IN (${literal(admin.username)}, ${literal(replication.username)}) ORDER BY rolname;
`;

/** The roles that somebody has made, with what is kept of their passwords. */
export const users = (cluster: ClusterView, node: Node): Command => withStdin(psql(cluster, node), usersSql(cluster));

const User = z.object({
  name: z
    .string()
    .min(1)
    .refine((name) => !name.startsWith('pg_'), 'a name of the system’s'),
  login: z.boolean(),
  inherit: z.boolean(),
  createdb: z.boolean(),
  createrole: z.boolean(),
  connections: z.int(),
  until: z.string().nullable(),
  password: z
    .string()
    .regex(/^(SCRAM-SHA-256\$[\w+/=:$]+|md5[0-9a-f]{32})$/, 'no hash of a password')
    .nullable(),
  memberOf: z.array(z.string()),
});

/** Nobody who is here already is changed, or given to anybody. */
const isNew = (name: string): string => `${literal(name)} NOT IN (SELECT rolname FROM dtrove_before)`;

/** Statements of plpgsql; no name in them can end them. */
function block(statements: string): string {
  let tag = '$do$';
  while (statements.includes(tag)) tag = `$d${tag.slice(1)}`;
  return `DO ${tag} BEGIN ${statements} END ${tag};\n`;
}

const is = (word: string, yes: boolean): string => (yes ? word : `NO${word}`);

/** Up to version 15 who makes roles may give himself those of the system, which run programs on the server. */
const mayMakeRoles = ({ version }: ClusterView): boolean => Number.parseInt(version, 10) >= 16;

/** No more rights than an archive may give: none of a superuser, of replication or of the system's own roles. */
function makeSql(cluster: ClusterView, user: z.infer<typeof User>): string {
  const { admin } = cluster;
  const { name, login, inherit, createdb, createrole, connections, until, password } = user;
  const words = [
    is('LOGIN', login),
    is('INHERIT', inherit),
    is('CREATEDB', createdb),
    is('CREATEROLE', createrole && mayMakeRoles(cluster)),
    `CONNECTION LIMIT ${String(connections)}`,
    ...(until === null ? [] : [`VALID UNTIL ${literal(until)}`]),
    ...(password === null ? [] : [`PASSWORD ${literal(password)}`]),
  ];
  const create = `CREATE ROLE ${identifier(name)} ${words.join(' ')}`;
  // As if he had made them; up to version 15 who may make roles may change them all.
  const give = `GRANT ${identifier(name)} TO ${identifier(admin.username)} WITH ADMIN TRUE, INHERIT FALSE, SET FALSE`;
  return block(`IF ${isNew(name)} THEN
  EXECUTE ${literal(create)};
  IF current_setting('server_version_num')::int >= 160000 THEN EXECUTE ${literal(give)}; END IF;
END IF;`);
}

/** Only between roles of the archive. */
const grantsSql = (all: readonly z.infer<typeof User>[]): string =>
  all
    .flatMap(({ name, memberOf }) =>
      memberOf
        .filter((group) => all.some((other) => other.name === group))
        .map((group) => {
          const give = literal(`GRANT ${identifier(group)} TO ${identifier(name)}`);
          return block(`IF ${isNew(group)} THEN EXECUTE ${give}; END IF;`);
        }),
    )
    .join('');

/** Those that are missing, in one transaction; nothing of it reaches the server's log. */
export function makeUsers(cluster: ClusterView, node: Node, given: readonly DatabaseUser[]): Step {
  const ours = ['postgres', cluster.admin.username, cluster.replication.username];
  const all = z
    .array(User)
    .parse(given)
    .filter(({ name }) => !ours.includes(name));
  const names = all.map(({ name }) => literal(name)).join(', ');
  const isThere = `SELECT count(*) FROM pg_roles WHERE rolname IN (NULL${names === '' ? '' : `, ${names}`});`;
  const sql = new Secret(`\
BEGIN;
SET LOCAL log_statement = 'none';
SET LOCAL log_min_error_statement = 'panic';
SET LOCAL log_min_duration_statement = -1;
CREATE TEMPORARY TABLE dtrove_before ON COMMIT DROP AS SELECT rolname FROM pg_roles;
${all.map((user) => makeSql(cluster, user)).join('')}${grantsSql(all)}COMMIT;
`);
  const lesser = all.filter(({ createrole }) => createrole && !mayMakeRoles(cluster)).map(({ name }) => name);
  const words = `made without CREATEROLE, which is a superuser's right in this version: ${lesser.join(', ')}`;
  const told = lesser.length === 0 ? sh`:` : sh`echo ${words}`;
  return {
    name: 'make users',
    check: withStdin(sh`count=$(${psql(cluster, node)}) && [ "$count" = ${all.length} ]`, isThere),
    apply: [
      asOwner(
        node,
        withStdin(sh`cd ${layoutOf(cluster, node).run} && ${psql(cluster, node)} >/dev/null && ${told}`, sql),
      ),
    ],
  };
}
