import { sh } from '../../shell/command.js';
import { Secret } from '../../shell/secret.js';
import type { ClusterView } from '../datastore.js';
import { aside } from './aside.js';
import { mysqlCopies } from './backup/mysql.js';
import type { Flavour } from './flavour.js';
import { primaryOf } from '../nodes.js';
import { account, literal, plainMode } from './quoting.js';

// Everything on databases. Without RELOAD, which RESET takes, and without what could write on a replica, stop the server,
// or read and write its files.
const rights = [
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES',
  'EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER',
  'CREATE USER, CREATE ROLE, DROP ROLE, SHOW DATABASES, PROCESS, REPLICATION CLIENT',
].join(', ');

// These have to be granted in a statement of their own.
const finerRights = [
  'APPLICATION_PASSWORD_ADMIN, CONNECTION_ADMIN, FLUSH_OPTIMIZER_COSTS, FLUSH_STATUS, FLUSH_TABLES',
  'FLUSH_USER_RESOURCES, ROLE_ADMIN, SHOW_ROUTINE, XA_RECOVER_ADMIN',
].join(', ');

/** What 8.4 has made of a part of RELOAD. */
const since84 = ({ version }: ClusterView): string => (version === '8.0' ? '' : ', FLUSH_PRIVILEGES');

const ensureUser = (name: string, password: Secret): string => {
  const identified = `${account(name)} IDENTIFIED WITH caching_sha2_password BY ${literal(password.reveal())} REQUIRE SSL;`;
  return `CREATE USER IF NOT EXISTS ${identified}\nALTER USER ${identified}`;
};

/**
 * Nobody but root has the tables of the system, which hold the replication password on replicas, or changes the
 * replication user.
 */
const usersSql = (cluster: ClusterView): Secret => {
  const admin = account(cluster.admin.username);
  const replication = account(cluster.replication.username);
  return new Secret(`\
${plainMode}${ensureUser(cluster.admin.username, cluster.admin.password)}
GRANT ${rights} ON *.* TO ${admin} WITH GRANT OPTION;
GRANT ${finerRights}${since84(cluster)} ON *.* TO ${admin} WITH GRANT OPTION;
REVOKE SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, TRIGGER, EVENT, CREATE ROUTINE, ALTER ROUTINE,
  CREATE VIEW, EXECUTE, LOCK TABLES, REFERENCES ON mysql.* FROM ${admin};
GRANT SELECT ON mysql.user TO ${admin};
${ensureUser(cluster.replication.username, cluster.replication.password)}
GRANT REPLICATION SLAVE ON *.* TO ${replication};
GRANT BACKUP_ADMIN, SYSTEM_USER ON *.* TO ${replication};
`);
};

const followSql: Flavour['followSql'] = (cluster, { ca }) => {
  const { addr, port } = primaryOf(cluster);
  const { username, password } = cluster.replication;
  return new Secret(`\
${plainMode}STOP REPLICA;
CHANGE REPLICATION SOURCE TO SOURCE_HOST = ${literal(addr)}, SOURCE_PORT = ${String(port)},
  SOURCE_USER = ${literal(username)}, SOURCE_PASSWORD = ${literal(password.reveal())}, SOURCE_AUTO_POSITION = 1,
  SOURCE_CONNECT_RETRY = 2, SOURCE_RETRY_COUNT = 0, SOURCE_SSL = 1, SOURCE_SSL_CA = ${literal(ca)},
  SOURCE_SSL_VERIFY_SERVER_CERT = 1;
START REPLICA;
`);
};

const rootBySocket = `\
INSTALL PLUGIN auth_socket SONAME 'auth_socket.so';
ALTER USER root@localhost IDENTIFIED WITH auth_socket;
`;

const initialise: Flavour['initialise'] = ({ settings }, fresh) => {
  const statements = `${fresh}.sql`;
  const options = [`--datadir=${fresh}`, '--initialize-insecure', `--init-file=${statements}`];
  return sh`printf %s ${rootBySocket} >${statements} && /usr/sbin/mysqld --defaults-file=${settings} ${options} && rm -f ${statements}`;
};

/**
 * MySQL's own cloning, into a directory beside: by a small server of a moment, that nobody reaches, on data of its own.
 * The primary goes on writing, and gives one copy after the other. What is cloned knows by itself where it stands in the
 * primary's log.
 */
const copy: Flavour['copy'] = (cluster, { settings, home, ca }, fresh) => {
  const { addr, port } = primaryOf(cluster);
  const { username, password } = cluster.replication;
  const helper = `${home}/helper`;
  const socket = `${home}/helper.sock`;
  const mysqld = sh`/usr/sbin/mysqld --defaults-file=${settings} --datadir=${helper}`;
  const options = [
    `--socket=${socket}`,
    `--pid-file=${home}/helper.pid`,
    ...aside,
    // A server takes a copy only with all the plug-ins that the other has.
    '--plugin-load-add=auth_socket.so',
  ];
  const mysql = sh`mysql --no-defaults --socket=${socket} --user=root`;
  return {
    command: sh`helper=${helper} log=${`${home}/helper.log`}
rm -rf "$helper" && ${mysqld} --initialize-insecure --super-read-only=OFF --read-only=OFF || exit
${mysqld} ${options} >"$log" 2>&1 &
server=$!
trap 'kill "$server" 2>/dev/null; wait "$server"; rm -rf "$helper" "$log"' EXIT
tries=0
until ${mysql} -e 'DO 1' 2>/dev/null </dev/null; do
  tries=$((tries + 1))
  if [ "$tries" -gt 600 ] || ! kill -0 "$server"; then grep -F '[ERROR]' "$log" >&2; exit 1; fi
  sleep 0.1
done
statements=$(cat)
while said=$(printf '%s\\n' "$statements" | ${mysql} 2>&1); code=$?; [ "$code" -ne 0 ]; do
  case $said in *'Too many concurrent clone operations'*) sleep 1 ;; *) printf '%s\\n' "$said" >&2; exit "$code" ;; esac
done`,
    input: new Secret(`\
${plainMode}SET GLOBAL clone_valid_donor_list = ${literal(`${addr}:${String(port)}`)};
SET GLOBAL clone_ssl_ca = ${literal(ca)};
CLONE INSTANCE FROM ${literal(username)}@${literal(addr)}:${String(port)} IDENTIFIED BY ${literal(password.reveal())}
  DATA DIRECTORY = ${literal(fresh)} REQUIRE SSL;
`),
  };
};

export const mysqlFlavour: Flavour = {
  id: 'mysql',
  title: 'MySQL',
  versions: ['9', '8.4', '8.0'],
  server: '/usr/sbin/mysqld',
  packages: ['mysql-server'],
  initialise,
  copy,
  ...mysqlCopies,
  readsSettings: ({ settings }) =>
    sh`told=$(/usr/sbin/mysqld --defaults-file=${settings} --validate-config 2>&1) || { printf '%s\\n' "$told" | grep -F '[ERROR]' | tail -n 5 >&2; false; }`,
  usersSql,
  followSql,
};
