import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { sh } from '../../shell/command.js';
import { Secret } from '../../shell/secret.js';
import type { ClusterView } from '../datastore.js';
import type { Flavour } from './flavour.js';
import { user } from './layout.js';
import { primaryOf } from '../nodes.js';
import { copyPort } from './copies.js';
import { mariadbCopies } from './backup/mariadb.js';
import { account, literal, plainMode } from './quoting.js';

// Everything on databases. Without RELOAD, which RESET MASTER takes, and without what could write on a replica, stop
// the server, or read and write its files.
const rights = [
  'SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, REFERENCES, INDEX, ALTER, CREATE TEMPORARY TABLES, LOCK TABLES',
  'EXECUTE, CREATE VIEW, SHOW VIEW, CREATE ROUTINE, ALTER ROUTINE, EVENT, TRIGGER, DELETE HISTORY',
  'CREATE USER, SHOW DATABASES, PROCESS, CONNECTION ADMIN, BINLOG MONITOR, SLAVE MONITOR',
].join(', ');

/** The hash that the server itself would keep: so the password is in none of its logs. */
function hash(password: Secret): string {
  const once = createHash('sha1').update(password.reveal()).digest();
  return literal(`*${createHash('sha1').update(once).digest('hex').toUpperCase()}`);
}

const ensureUser = (name: string, password: Secret): string => {
  const identified = `${account(name)} IDENTIFIED VIA mysql_native_password USING ${hash(password)} REQUIRE SSL;`;
  return `CREATE USER IF NOT EXISTS ${identified}\nALTER USER ${identified}`;
};

const usersSql = ({ admin, replication }: ClusterView): Secret =>
  new Secret(`\
${plainMode}ALTER USER root@localhost IDENTIFIED VIA unix_socket;
CREATE USER IF NOT EXISTS ${user}@localhost IDENTIFIED VIA unix_socket;
GRANT RELOAD, PROCESS, LOCK TABLES, BINLOG MONITOR, CONNECTION ADMIN ON *.* TO ${user}@localhost;
${ensureUser(admin.username, admin.password)}
GRANT ${rights} ON *.* TO ${account(admin.username)} WITH GRANT OPTION;
${ensureUser(replication.username, replication.password)}
GRANT REPLICATION SLAVE ON *.* TO ${account(replication.username)};
`);

const followSql: Flavour['followSql'] = (cluster, { ca }) => {
  const { addr, port } = primaryOf(cluster);
  const { username, password } = cluster.replication;
  return new Secret(`\
${plainMode}STOP SLAVE;
CHANGE MASTER TO MASTER_HOST = ${literal(addr)}, MASTER_PORT = ${String(port)}, MASTER_USER = ${literal(username)},
  MASTER_PASSWORD = ${literal(password.reveal())}, MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 2,
  MASTER_SSL = 1, MASTER_SSL_CA = ${literal(ca)}, MASTER_SSL_VERIFY_SERVER_CERT = 1;
START SLAVE;
`);
};

const initialise: Flavour['initialise'] = ({ settings }, fresh) => {
  const options = [
    `--datadir=${fresh}`,
    '--auth-root-authentication-method=socket',
    '--auth-root-socket-user=root',
    '--skip-test-db',
    '--skip-name-resolve',
    '--skip-log-bin',
  ];
  return sh`mariadb-install-db --defaults-file=${settings} ${options}`;
};

/**
 * The primary sends what mariadb-backup makes of its data (see `copies.ts`), while they are written to; it ends with a
 * file that tells where it stands in the log, without which it is not whole.
 */
const copy: Flavour['copy'] = (cluster, { ca }, fresh) => {
  const { addr } = primaryOf(cluster);
  const named = isIP(addr) === 0 ? `-verify_hostname=${addr}` : `-verify_ip=${addr}`;
  const verified = ['-CAfile', ca, '-verify_return_error', ...named.split('=')];
  const take = sh`{ openssl s_client -quiet -verify_quiet ${verified} -connect ${`${addr}:${String(copyPort)}`} || echo 'the connection to the primary broke' >&2; } | mbstream -x -C ${fresh}`;
  const whole = sh`grep -qs ^binlog_pos ${`${fresh}/mariadb_backup_info`} ${`${fresh}/xtrabackup_info`} || { echo 'the primary has sent no whole copy; its journal tells why' >&2; false; }`;
  const prepare = sh`{ made=$(mariadb-backup --prepare --target-dir=${fresh} 2>&1) || { printf '%s\\n' "$made" | tail -n 5 >&2; false; }; }`;
  const position = sh`cat ${`${fresh}/mariadb_backup_binlog_info`} ${`${fresh}/xtrabackup_binlog_info`} 2>/dev/null | awk 'NF { print $3; exit }' >${`${fresh}/dtrove-position`}`;
  return {
    command: sh`mkdir -m 0700 ${fresh} && ${take} && ${whole} && ${prepare} && ${position}`,
    input: new Secret(`${cluster.replication.password.reveal()}\n`),
  };
};

export const mariadbFlavour: Flavour = {
  id: 'mariadb',
  title: 'MariaDB',
  versions: ['11.8', '11.4', '10.11', '10.6'],
  server: '/usr/sbin/mariadbd',
  packages: ['mariadb-server', 'mariadb-backup', 'socat', 'openssl'],
  initialise,
  copy,
  ...mariadbCopies,
  readsSettings: ({ settings }) =>
    sh`told=$(/usr/sbin/mariadbd --defaults-file=${settings} --help --verbose 2>&1 >/dev/null) || { printf '%s\\n' "$told" | grep -F '[ERROR]' | tail -n 5 >&2; false; }`,
  usersSql,
  followSql,
};
