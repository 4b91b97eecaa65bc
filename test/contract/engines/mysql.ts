import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { ClusterView, Node } from '../../../src/datastores/datastore.js';
import type { Engine } from './engine.js';

const run = promisify(execFile);

export interface Login {
  readonly user?: string;
  readonly password?: string;
  /** PEM of the authority; empty: TLS is not used. */
  readonly ca?: string;
}

/**
 * What MariaDB's own client answers to `sql`, run on this machine: as the administrator over TLS, the server's name
 * verified, unless `login` says otherwise. Rejects with the client's words.
 */
export async function ask(
  { ca: authority, admin }: ClusterView,
  { addr, port }: Node,
  sql: string,
  { user = admin.username, password = admin.password.reveal(), ca = authority }: Login = {},
): Promise<string> {
  const scratch = await mkdtemp(join(tmpdir(), 'dtrove-client-'));
  try {
    const file = join(scratch, 'ca.crt');
    await writeFile(file, ca);
    const tls = ca === '' ? ['--skip-ssl'] : ['--ssl', `--ssl-ca=${file}`, '--ssl-verify-server-cert'];
    const where = [`--host=${addr}`, `--port=${port}`, `--user=${user}`, '--connect-timeout=5'];
    const { stdout } = await run('mariadb', ['--no-defaults', '-BN', ...where, ...tls, '-e', sql], {
      env: { ...process.env, MYSQL_PWD: password },
    });
    return stdout.trim();
  } finally {
    await rm(scratch, { recursive: true });
  }
}

const primaryOf = ({ nodes }: ClusterView): Node => {
  const primary = nodes.find(({ role }) => role === 'PRIMARY');
  if (primary === undefined) throw new Error('no primary');
  return primary;
};

/** MariaDB went on from 10. */
const isMysql = ({ version }: ClusterView): boolean => Number.parseInt(version) < 10;

const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

const settings = {
  parameters: {
    wait_timeout: 12_345,
    performance_schema: false,
    slow_query_log_file: `slow #1 it's "odd" \\ log`,
  },
};

/** MariaDB and MySQL. */
export const mysql: Engine = {
  settings,

  async settingsOf(cluster, node) {
    const [timeout, schema, file] = (
      await ask(cluster, node, 'SELECT @@wait_timeout; SELECT @@performance_schema; SELECT @@slow_query_log_file')
    ).split('\n');
    return {
      parameters: {
        // Of a session that nobody types in; the server's own is the same.
        wait_timeout: Number(timeout),
        performance_schema: schema === '1',
        // As --batch prints a backslash.
        slow_query_log_file: file?.replaceAll('\\\\', '\\'),
      },
    };
  },

  async write(cluster, text) {
    await ask(
      cluster,
      primaryOf(cluster),
      `CREATE DATABASE IF NOT EXISTS app; CREATE TABLE IF NOT EXISTS app.note (text varchar(200) PRIMARY KEY);
       INSERT IGNORE INTO app.note VALUES (${quoted(text)})`,
    );
  },

  async sees(cluster, node, text) {
    const end = Date.now() + 10_000;
    for (;;) {
      const found = await ask(cluster, node, `SELECT count(*) FROM app.note WHERE text = ${quoted(text)}`).catch(
        (error: unknown) => {
          // The database itself, or the table, may not have arrived.
          if (/ERROR (1049|1146) /.test(String(error))) return '0';
          throw error;
        },
      );
      if (found === '1') return;
      if (Date.now() > end) throw new Error(`${node.name} does not show ${text}`);
      await pause(20);
    }
  },

  async startedAt(cluster, node) {
    const now = 'SELECT UNIX_TIMESTAMP();';
    for (;;) {
      const told = await ask(cluster, node, `${now} SHOW GLOBAL STATUS LIKE 'Uptime'; ${now}`);
      const [before, , uptime, after] = told.split(/\s+/);
      // Of one second, or the difference would not be the same every time.
      if (before === after) return new Date((Number(before) - Number(uptime)) * 1000);
    }
  },

  intrusions(cluster, node) {
    const attempt =
      (sql: string, login: Login = {}) =>
      () =>
        ask(cluster, node, sql, login);
    const { username, password } = cluster.replication;
    const replica = { user: username, password: password.reveal() };
    const denied = /ERROR (1044|1045|1142|1227|1290|1410|1836|3566) /;
    return [
      ['without TLS', attempt('SELECT 1', { ca: '' }), /insecure transport|require_secure_transport|ERROR 1045 /],
      ['with a wrong password', attempt('SELECT 1', { password: 'wrong' }), /ERROR 1045 /],
      ['without a password', attempt('SELECT 1', { password: '' }), /ERROR 1045 /],
      ['as root', attempt('SELECT 1', { user: 'root', password: '' }), /ERROR (1045|1698) |not allowed/],
      ['as nobody', attempt('SELECT 1', { user: 'nobody', password: '' }), /ERROR 1045 /],
      ['with the other role’s password', attempt('SELECT 1', { user: username }), /ERROR 1045 /],
      ['with another authority', attempt('SELECT 1', { ca: cluster.nodes[0]?.tls.certificate ?? '' }), /certificate/],
      ['to a database of anybody’s', attempt('USE test'), /ERROR 1049 /],
      ['to files, as the administrator', attempt("SELECT 1 INTO OUTFILE '/tmp/x'"), denied],
      ['to its end, as the administrator', attempt('SHUTDOWN'), denied],
      ['to its settings, as the administrator', attempt('SET GLOBAL read_only = 0'), denied],
      ['to its log, as the administrator', attempt('RESET MASTER; RESET BINARY LOGS AND GTIDS'), /ERROR (1227|1064) /],
      ['around the log, as the administrator', attempt('SET sql_log_bin = 0'), denied],
      ['to more rights, as the administrator', attempt('GRANT SUPER ON *.* TO admin'), denied],
      ['to reading, as the replication user', attempt('SELECT * FROM app.note', replica), denied],
      ['to writing, as the replication user', attempt('CREATE DATABASE mine', replica), denied],
      // MariaDB cannot keep this from whoever may create users.
      ...(isMysql(cluster)
        ? ([
            ['to the replication user, as the administrator', attempt(`DROP USER ${username}`), denied],
            ['to root, as the administrator', attempt("RENAME USER root@localhost TO root@'%'"), denied],
            ['to the tables of users, as the administrator', attempt("UPDATE mysql.user SET host = ''"), denied],
            ['to the replication password', attempt('SELECT * FROM mysql.slave_master_info'), denied],
          ] as const)
        : []),
      ...(node.role === 'REPLICA'
        ? ([['to writing on a replica', attempt('CREATE DATABASE mine'), /ERROR 1290 /]] as const)
        : []),
    ];
  },

  async followers(cluster) {
    const sql = "SELECT user, host FROM information_schema.processlist WHERE command LIKE 'Binlog Dump%'";
    return (await ask(cluster, primaryOf(cluster), sql)).split('\n').filter((line) => line !== '');
  },
};
