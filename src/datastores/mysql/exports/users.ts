import { z } from 'zod';
import type { Step } from '../../../plan/step.js';
import { sh, withStdin, type Command } from '../../../shell/command.js';
import { Secret } from '../../../shell/secret.js';
import type { ClusterView, Node } from '../../datastore.js';
import type { DatabaseUser } from '../../exporting.js';
import { layoutOf, type Named } from '../layout.js';
import { literal } from '../quoting.js';
import { named, rows } from './client.js';

/** How a user may prove to be one that an archive brings: by a password, of which it has the hash. */
const plugins = ['mysql_native_password', 'caching_sha2_password', 'sha256_password', 'ed25519', 'parsec'] as const;

const ours = ({ admin, replication }: ClusterView): readonly string[] => [
  ...['', 'root', 'mysql', 'mariadb.sys', 'mysql.sys', 'mysql.session', 'mysql.infoschema'],
  ...[admin.username, replication.username],
];

const usersSql = (cluster: ClusterView): string => `\
SELECT JSON_OBJECT('name', user, 'host', host, 'plugin', plugin, 'hash', HEX(authentication_string), 'tls', ssl_type <> '')
  FROM mysql.user WHERE user NOT IN (${ours(cluster).map(literal).join(', ')}) AND user NOT LIKE 'dtrove%'
    AND plugin IN (${plugins.map(literal).join(', ')}) ORDER BY user, host;
SELECT JSON_OBJECT('grantee', grantee, 'database', table_schema, 'privilege', privilege_type, 'grantable', is_grantable = 'YES')
  FROM information_schema.schema_privileges ORDER BY grantee, table_schema, privilege_type;
`;

/** The users whom somebody has made, with what is kept of their passwords, and their rights on whole databases. */
export const users = (flavour: Named, cluster: ClusterView, node: Node): Command =>
  withStdin(rows(flavour, layoutOf(flavour, node)), usersSql(cluster));

// MariaDB's JSON has 0 and 1 for false and true.
const truth = z.union([z.boolean(), z.int()]).transform(Boolean);

const User = z.object({
  name: z.string().min(1).max(128),
  host: z.string().min(1).max(255),
  plugin: z.enum(plugins),
  hash: z.string().regex(/^([0-9A-F]{2})*$/),
  tls: truth,
});

const Grant = z.object({
  grantee: z.string().regex(/^'.+'@'.+'$/s),
  database: z
    .string()
    .min(1)
    .refine((name) => !['mysql', 'sys', 'performance_schema'].includes(name)),
  privilege: z.string().regex(/^[A-Z][A-Z ]*$/),
  grantable: truth,
});

const accountOf = ({ name, host }: z.infer<typeof User>): string => `${literal(name)}@${literal(host)}`;

function createSql({ id }: Named, user: z.infer<typeof User>): string {
  const { plugin, hash, tls } = user;
  const how =
    id === 'mysql'
      ? `WITH ${plugin} AS ${hash === '' ? "''" : `0x${hash}`}`
      : `VIA ${plugin} USING ${literal(Buffer.from(hash, 'hex').toString('latin1'))}`;
  return `CREATE USER IF NOT EXISTS ${accountOf(user)} IDENTIFIED ${how}${tls ? ' REQUIRE SSL' : ''};\n`;
}

function grantsSql(all: readonly z.infer<typeof User>[], grants: readonly z.infer<typeof Grant>[]): string {
  return all
    .flatMap((user) =>
      grants
        .filter(({ grantee }) => grantee === `'${user.name}'@'${user.host}'`)
        .map(
          ({ database, privilege, grantable }) =>
            `GRANT ${privilege} ON ${named(database)}.* TO ${accountOf(user)}${grantable ? ' WITH GRANT OPTION' : ''};\n`,
        ),
    )
    .join('');
}

/** Those that are missing; no more rights than an archive may give: on databases, none on the whole server. */
export function makeUsers(flavour: Named, cluster: ClusterView, node: Node, given: readonly DatabaseUser[]): Step {
  const mine = ours(cluster);
  const all = given.flatMap((one) => User.safeParse(one).data ?? []).filter(({ name }) => !mine.includes(name));
  const grants = given.flatMap((one) => Grant.safeParse(one).data ?? []);
  const root = rows(flavour, layoutOf(flavour, node));
  const accounts = all.map(({ name, host }) => `(${literal(name)}, ${literal(host)})`);
  const count = `SELECT COUNT(*) FROM mysql.user WHERE (user, host) IN (('', '')${accounts.map((one) => `, ${one}`).join('')});`;
  return {
    name: 'make users',
    check: withStdin(sh`count=$(${root}) && [ "$count" -ge ${all.length} ]`, count),
    apply: [
      withStdin(root, new Secret(`${all.map((user) => createSql(flavour, user)).join('')}${grantsSql(all, grants)}`)),
    ],
  };
}
