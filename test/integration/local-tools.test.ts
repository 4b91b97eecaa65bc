import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Server } from '../../src/providers/provider.js';
import type { Result } from '../../src/remote/remote.js';
import { createAuthority, issueCertificate } from '../../src/secrets/certificates.js';
import { all, sh, withStdin, type Command } from '../../src/shell/command.js';
import { dataDirs } from '../support/data-dirs.js';
import { endWorker, openWorker, type LocalWorker } from '../support/local-worker.js';

const dirs = dataDirs();
let worker: LocalWorker;
let server: Server;

const run = (command: Command): Promise<Result> => worker.remote(server).run(command, { timeoutMs: 50_000 });

const connect = (port: number) =>
  sh`psql -XqAt -v ON_ERROR_STOP=1 -h "$DTROVE_RUN_DIR" -p ${port} -U postgres -d postgres`;
const psql = (sql: string, port = server.port ?? 0): Promise<Result> => run(withStdin(connect(port), sql));

/** How a replica reaches the primary: over TLS, with a password that is in a file. */
const conninfo = (more = ''): string =>
  `host='127.0.0.1' port='${server.port ?? 0}' user='replicator' passfile='pass word' sslmode='verify-ca' sslrootcert='ca.crt' ${more}`;

const configure = (port: number) => sh`
printf "port=%s\\nunix_socket_directories='%s'\\nlisten_addresses='127.0.0.1'\\n" ${port} "$DTROVE_RUN_DIR" >>data/postgresql.conf
printf "ssl=on\\nssl_cert_file='../server.crt'\\nssl_key_file='../server.key'\\n" >>data/postgresql.conf
printf 'local all all trust\\nhostssl all all all scram-sha-256\\n' >data/pg_hba.conf
printf 'hostssl replication replicator all scram-sha-256\\n' >>data/pg_hba.conf
pg_ctl -D data -l log -w start >/dev/null`;

const put = (path: string, text: string): Command => withStdin(sh`umask 077; cat >${path}`, text);

beforeAll(async () => {
  worker = await openWorker(await dirs.make());
  server = await worker.create();
  const authority = await createAuthority('test');
  const { certificate, key } = await issueCertificate(authority, { commonName: 'test', addresses: ['127.0.0.1'] });
  await run(put('ca.crt', authority.certificate));
  await run(put('server.crt', certificate));
  await run(put('server.key', key.reveal()));
  await run(put('pass word', '# a comment\nother:*:*:*:no\n*:*:*:replicator:pa\\:ss\\\\w\n'));
  const made = await run(
    all(sh`initdb -D data -U postgres --auth=trust --no-sync >/dev/null`, configure(server.port ?? 0)),
  );
  expect(made).toMatchObject({ code: 0, stderr: '' });
  await psql(
    `CREATE ROLE replicator LOGIN REPLICATION PASSWORD 'pa:ss\\w'; SELECT pg_create_physical_replication_slot('one', true)`,
  );
});

afterAll(async () => {
  await endWorker(worker);
  await dirs.clear();
});

describe('psql', () => {
  it('prints rows unaligned, without headers, nothing for NULL', async () => {
    expect(await psql(`SELECT 1, NULL, 'a|b' UNION ALL SELECT 2, 'x', ''`)).toEqual({
      code: 0,
      stdout: '1||a|b\n2|x|\n',
      stderr: '',
    });
  });

  it('sends each statement by itself, and knows what is one', async () => {
    const script = `
      CREATE DATABASE own; -- no transaction takes this; nor this ; here
      CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $b$ BEGIN RETURN 'a;b'; END $b$;
      /* a ; /* nested ; */ ; */ SELECT f(), E'it\\'s;', "x;" FROM (VALUES ('y;')) AS t("x;");
      DROP DATABASE own`;
    expect(await psql(script)).toEqual({ code: 0, stdout: `a;b|it's;|y;\n`, stderr: '' });
  });

  it('keeps a transaction over several statements', async () => {
    const { stdout } = await psql(`BEGIN; CREATE TABLE gone (); ROLLBACK; SELECT to_regclass('gone') IS NULL`);
    expect(stdout).toBe('t\n');
  });

  it('stops at the first error with 3, in the words of the server', async () => {
    const result = await psql(`SELECT 1; SELECT 1/0; SELECT 2;`);
    expect(result).toEqual({ code: 3, stdout: '1\n', stderr: 'ERROR:  division by zero\n' });
  });

  it('goes on after an error where it is not told to stop', async () => {
    const command = sh`psql -XqAt -h "$DTROVE_RUN_DIR" -p ${server.port ?? 0} -U postgres -d postgres`;
    const result = await run(withStdin(command, `SELECT 1/0; SELECT 2`));
    expect(result).toMatchObject({ code: 0, stdout: '2\n' });
  });

  it('tells notices, details and hints on stderr', async () => {
    const { stderr } = await psql(
      `DO $$ BEGIN RAISE NOTICE 'so'; RAISE EXCEPTION 'no' USING DETAIL = 'why', HINT = 'do'; END $$`,
    );
    expect(stderr).toMatch(/^NOTICE: {2}so\nERROR: {2}no\nDETAIL: {2}why\nHINT: {2}do\nCONTEXT: {2}/);
  });

  it('says with 2 that it cannot connect', async () => {
    const result = await psql('SELECT 1', 1);
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/^psql: error: connection to server on socket ".*\.s\.PGSQL\.1" failed: [^\n]+\n$/);
  });

  it('says with 2 that the server went away', async () => {
    const result = await psql('SELECT pg_terminate_backend(pg_backend_pid())');
    expect(result.code).toBe(2);
    expect(result.stderr).toMatch(/terminating connection/);
  });

  it('takes a connection string, verifies the server, and finds the password in a file', async () => {
    const command = sh`psql -XAt -d ${conninfo('dbname=postgres')} -c ${'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()'}`;
    expect(await run(command)).toEqual({ code: 0, stdout: 't\n', stderr: '' });
  });

  it('refuses a server that the authority has not signed for', async () => {
    const other = await createAuthority('other');
    await run(put('other.crt', other.certificate));
    const result = await run(sh`psql -d ${conninfo('sslrootcert=other.crt dbname=postgres')} -c ${'SELECT 1'}`);
    expect(result).toMatchObject({ code: 2, stdout: '' });
  });

  it('knows no commands but SQL', async () => {
    expect(await psql('\\! id')).toMatchObject({ code: 1, stdout: '' });
  });

  it('hands through what is large', async () => {
    const { stdout, code } = await psql(`SELECT repeat('x', 500000); SELECT 'end'`);
    expect([code, stdout.length, stdout.slice(-4)]).toEqual([0, 500_005, 'end\n']);
  });
});

describe('pg_basebackup', () => {
  it('makes a replica that streams', async () => {
    await psql('CREATE TABLE t AS SELECT generate_series(1, 1000) AS x');
    const options = ['--slot=one', '--checkpoint=fast', '--wal-method=stream', '--no-password', '-R'];
    const backup = await run(sh`pg_basebackup -D copy -d ${conninfo('application_name=one')} ${options}`);
    expect(backup).toMatchObject({ code: 0, stdout: '' });
    const free = (server.port ?? 0) === 19_999 ? 15_432 : (server.port ?? 0) + 1;
    // The copy's files stand one level deeper than their names are given from.
    const start = sh`printf 'port=%s\\n' ${free} >>copy/postgresql.conf
sed -i "s|passfile=''pass word''|passfile=''$PWD/pass word''|; s|sslrootcert=''ca.crt''|sslrootcert=''$PWD/ca.crt''|" copy/postgresql.auto.conf
pg_ctl -D copy -l copy.log -w start >/dev/null || cat copy.log`;
    expect(await run(start)).toEqual({ code: 0, stdout: '', stderr: '' });
    await psql('INSERT INTO t VALUES (1001)');
    const { stdout: position } = await psql('SELECT pg_current_wal_lsn()');
    const caughtUp = `DO $$ BEGIN FOR i IN 1..1000 LOOP
      EXIT WHEN pg_last_wal_replay_lsn() >= '${position.trim()}' AND EXISTS (SELECT FROM pg_stat_wal_receiver WHERE status = 'streaming');
      PERFORM pg_sleep(0.02); END LOOP; END $$; SELECT count(*), pg_is_in_recovery() FROM t`;
    expect(await psql(caughtUp, free)).toEqual({ code: 0, stdout: '1001|t\n', stderr: '' });
    await run(sh`pg_ctl -D copy -m immediate stop >/dev/null`);
  });

  it('makes a copy that is whole without any other server', async () => {
    const free = (server.port ?? 0) === 19_999 ? 15_432 : (server.port ?? 0) + 1;
    const copied = await run(sh`pg_basebackup -D alone -d ${conninfo()} -X fetch -c fast --no-sync -P`);
    expect(copied.code).toBe(0);
    expect(copied.stderr).toMatch(/^\d+\/\d+ kB \(\d+%\)\n/);
    await run(
      sh`printf 'port=%s\\n' ${free} >>alone/postgresql.conf; pg_ctl -D alone -l alone.log -w start >/dev/null`,
    );
    expect((await psql(`SELECT pg_is_in_recovery()`, free)).stdout).toBe('f\n');
    await run(sh`pg_ctl -D alone -m immediate stop >/dev/null`);
  });

  it.each([
    ['a slot that is not there', sh`pg_basebackup -D a -d ${'x'} -S two`, /slot "two" does not exist/],
    ['a directory that is not empty', sh`pg_basebackup -D data -d ${'x'}`, /"data" exists but is not empty/],
    ['no directory', sh`pg_basebackup -d ${'x'}`, /no target directory/],
    ['an option it does not know', sh`pg_basebackup -D b --tablespace-mapping=a=b`, /tablespace-mapping/],
    ['a wrong password', sh`pg_basebackup -D c -d ${'y'}`, /password authentication failed|no password supplied/],
  ])('refuses %s', async (_what, command, words) => {
    const text = command.text
      .replace(/-d x/, sh`-d ${conninfo()}`.text)
      .replace(/-d y/, sh`-d ${conninfo('passfile=none')}`.text);
    const { code, stderr } = await run({ ...command, text });
    expect(code).toBe(1);
    expect(stderr).toMatch(words);
    expect(stderr).toMatch(/^pg_basebackup: error: [^\n]+\n$/);
  });

  it('refuses tablespaces', async () => {
    await run(sh`mkdir -p space`);
    const { stdout: here } = await run(sh`pwd -P`);
    await psql(`CREATE TABLESPACE extra LOCATION '${here.trim()}/space'`);
    const { code, stderr } = await run(sh`pg_basebackup -D d -d ${conninfo()} -c fast`);
    await psql('DROP TABLESPACE extra');
    expect(code).toBe(1);
    expect(stderr).toMatch(/tablespaces cannot be copied/);
  });
});
