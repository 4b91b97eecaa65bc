import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import {
  CreateUploadDocument,
  ExportClusterDocument,
  ExportDocument,
  ImportExportDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, fail, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';
import { engines, tell } from './support/engines.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask } from './support/plane.js';

const minutes = 60_000;
const engine = engines.postgres;
const dumps = '/var/lib/dtrove-dumps';

onMachines('imports in trouble', () => {
  let lab: Lab;
  let inside: Inside;
  let database: EmbeddedServer;
  let dataDir: string;
  let front: ControlPlane;
  let worker: ControlPlane;
  let api: Api;
  let made: Created;
  let server: string;
  let exportId: string;
  let archive: Buffer;
  let largeId: string;

  const start = (role: 'api' | 'worker') =>
    ControlPlane.start(dataDir, {
      ...lab.env,
      DTROVE_PROVIDERS: 'incus',
      DTROVE_ROLE: role,
      DTROVE_DATABASE_URL: database.url,
      DTROVE_LEASE_SECONDS: '3',
      // Memory also for a disk that is made of it.
      DTROVE_INCUS_FLAVORS: 'small:2/2048/8',
    });

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    dataDir = await makeDataDir();
    database = await startEmbedded({ dataDir: await makeDataDir(), user: await serviceUser(), log: quiet });
    [front, worker] = await Promise.all([start('api'), start('worker')]);
    api = await front.api();
    made = await ask(api, engine.offer, { name: 'troubled', size: 1, flavor: 'small' });
    await succeed(api, made.operation.id);
    server = (await cluster(api, made.cluster.id)).instances[0]?.server ?? '';
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await Promise.all([front.stop(), worker.stop()]);
    await database.stop();
    await cleanUp();
    await lab.close();
  }, 2 * minutes);

  const sql = (statements: string) => tell(inside, server, engine, statements);
  const importing = async (input: object) =>
    (await api.get(ImportExportDocument, { input: { clusterId: made.cluster.id, ...input } })).importExport;

  async function upload(bytes: Buffer): Promise<string> {
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const input = { name: 'x.tar', size: bytes.length, sha256 };
    const { createUpload } = await api.get(CreateUploadDocument, { input });
    const { status } = await fetch(createUpload.uploadUrl ?? '', { method: 'PUT', body: new Uint8Array(bytes) });
    expect(status).toBe(204);
    return createUpload.id;
  }

  it(
    'a worker that is killed in the middle of a load is followed by another, and the load is begun once',
    async () => {
      // An index on what takes its time keeps the load in its middle for some seconds.
      await sql(`CREATE DATABASE slow;
\\connect slow
CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN PERFORM pg_sleep(0.5); RETURN n; END $$;
CREATE TABLE t AS SELECT generate_series(1, 30) AS n;
CREATE INDEX ON t (slow(n));`);
      const { exportCluster } = await api.get(ExportClusterDocument, {
        input: { clusterId: made.cluster.id, databases: ['slow'] },
      });
      await succeed(api, exportCluster.operation.id);
      exportId = exportCluster.export.id;
      const { export: ready } = await api.get(ExportDocument, { id: exportId });
      archive = Buffer.from(await (await fetch(ready?.downloadUrl ?? '')).arrayBuffer());
      const { operation } = await importing({ exportId, onConflict: 'REPLACE' });
      await reached(api, operation.id, 'load slow', 'RUNNING');
      await worker.stop('SIGKILL');
      expect(await sql('\\connect slow\nSELECT count(*) FROM t;')).toBe('30');
      worker = await start('worker');
      await succeed(api, operation.id);
      await inside.run(server, 'journalctl --sync');
      expect(await inside.run(server, `journalctl -q -o cat | grep -c '^Started dtrove-load-'`)).toBe('1');
      expect(await sql('\\connect slow\nSELECT count(*) FROM t;')).toBe('30');
      expect(await sql(engine.list)).toBe('postgres\nslow');
    },
    10 * minutes,
  );

  it(
    'a tampered file fails in words, and nothing has changed',
    async () => {
      const before = await sql(`${engine.list} \\connect slow\nSELECT oid FROM pg_database WHERE datname = 'slow';`);
      const bytes = Buffer.from(archive);
      const at = bytes.indexOf('PGDMP') + 100;
      bytes[at] = (bytes[at] ?? 0) ^ 1;
      const { operation } = await importing({ uploadId: await upload(bytes), onConflict: 'REPLACE' });
      const failed = await fail(api, operation.id);
      expect([failed.code, failed.message]).toEqual(['BAD_USER_INPUT', expect.stringMatching(/not what was exported/)]);
      const miscounted = Buffer.from(archive);
      miscounted.write('"rows": 31', miscounted.indexOf('"rows": 30'));
      const other = await importing({ uploadId: await upload(miscounted), onConflict: 'REPLACE' });
      expect((await fail(api, other.operation.id)).message).toMatch(/t has 30 rows in place of 31 rows.*as it was/);
      const cut = await importing({ uploadId: await upload(archive.subarray(0, -3000)), onConflict: 'REPLACE' });
      expect((await fail(api, cut.operation.id)).message).toMatch(/cut short/);
      expect(await sql(`${engine.list} \\connect slow\nSELECT oid FROM pg_database WHERE datname = 'slow';`)).toBe(
        before,
      );
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
    },
    5 * minutes,
  );

  it(
    'a dump that commands psql, or fails in its middle, changes nothing and leaves nothing behind',
    async () => {
      const head =
        '--\n-- PostgreSQL database dump\n--\n\n-- Dumped from database version 17.0\nCREATE TABLE a (n int);\nALTER TABLE a OWNER TO nobody_here;\n';
      const end = '--\n-- PostgreSQL database dump complete\n--\n';
      for (const bad of [
        '\\! touch /var/tmp/owned\n',
        'SELECT 1/0;\n',
        "COPY (SELECT 1) TO PROGRAM 'touch /var/tmp/owned';\n",
      ]) {
        const uploadId = await upload(Buffer.from(head + bad + end));
        const { operation } = await importing({ uploadId, databases: ['bad'] });
        await fail(api, operation.id);
        expect(await sql(engine.list)).toBe('postgres\nslow');
        expect(await inside.holds(server, 'test ! -e /var/tmp/owned')).toBe(true);
      }
      const good = await importing({ uploadId: await upload(Buffer.from(head + end)), databases: ['good "one"'] });
      await succeed(api, good.operation.id);
      expect(await sql(engine.list)).toBe('good "one"\npostgres\nslow');
    },
    5 * minutes,
  );

  /** A disk of its own below a directory, until it is taken away. */
  const mount = (directory: string, size: string) =>
    inside.run(server, `mkdir -p ${directory} && mount -t tmpfs -o size=${size} tmpfs ${directory}`);

  it(
    'an export for which the server has no room fails in words, leaves nothing, and is made when there is',
    async () => {
      await sql(`CREATE DATABASE large;
\\connect large
CREATE TABLE t AS SELECT n, sha512(n::text::bytea) AS noise FROM generate_series(1, 200000) n;`);
      await mount(dumps, '8m');
      const { exportCluster } = await api.get(ExportClusterDocument, {
        input: { clusterId: made.cluster.id, databases: ['large'] },
      });
      const failed = await fail(api, exportCluster.operation.id);
      expect([failed.code, failed.message]).toEqual([
        'STEP_FAILED',
        expect.stringMatching(/dump large.*(too large|No space left|size limit)/is),
      ]);
      expect(await inside.run(server, `find ${dumps} -type f -size +1k`)).toBe('');
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
      await inside.run(server, `umount ${dumps}`);
      await api.get(RetryOperationDocument, { id: exportCluster.operation.id });
      await succeed(api, exportCluster.operation.id);
      largeId = exportCluster.export.id;
    },
    5 * minutes,
  );

  it(
    'an import for which the server has no room is refused; one that finds the disk full while it is sent fails',
    async () => {
      const before = await sql(engine.list);
      const input = { clusterId: made.cluster.id, exportId: largeId, onConflict: 'REPLACE' as const };
      await mount(dumps, '4m');
      const refusal = await api.refused(ImportExportDocument, { input });
      expect([refusal.extensions?.code, refusal.extensions?.field]).toEqual(['NO_CAPACITY', 'clusterId']);
      await inside.run(server, `umount ${dumps}`);
      await worker.stop();
      const { operation } = await importing(input);
      await mount(dumps, '4m');
      worker = await start('worker');
      const failed = await fail(api, operation.id);
      expect([failed.code, failed.message]).toEqual(['STEP_FAILED', expect.stringMatching(/No space left/)]);
      await inside.run(server, `umount ${dumps}`);
      expect(await sql(engine.list)).toBe(before);
      expect((await cluster(api, made.cluster.id)).status).toBe('ACTIVE');
    },
    5 * minutes,
  );

  it(
    'a load is ended before it fills the disk of the database, which serves on',
    async () => {
      const data = '/var/lib/postgresql/17/dtrove';
      await inside.run(
        server,
        `systemctl stop postgresql@17-dtrove && mv ${data} ${data}.real && install -d -o postgres -g postgres -m 0700 ${data} &&
mount -t tmpfs -o size=500m,mode=700,uid=$(id -u postgres),gid=$(id -g postgres) tmpfs ${data} && cp -a ${data}.real/. ${data}/ && systemctl start postgresql@17-dtrove`,
      );
      const isWell = async () => (await cluster(api, made.cluster.id)).status === 'ACTIVE';
      await until('the database to be back', isWell, minutes);
      const state = `${engine.list} SELECT pg_postmaster_start_time();`;
      const before = await sql(state);
      const { operation } = await importing({ exportId, onConflict: 'REPLACE' });
      await reached(api, operation.id, 'load slow', 'RUNNING');
      await until('the load to be at work', async () => (await sql(engine.list)).includes('dtrove_import_'), minutes);
      await inside.run(
        server,
        `free=$(df -Pk ${data} | awk 'NR == 2 { print $4 }') && fallocate -l $((free - 20000))k ${data}/filler`,
      );
      const failed = await fail(api, operation.id);
      expect(failed.message).toMatch(/disk has only \d+ MB left/);
      expect(await sql(state)).toBe(before);
      await inside.run(server, `rm ${data}/filler`);
      expect(await sql('\\connect slow\nSELECT count(*) FROM t;')).toBe('30');
      await api.get(RetryOperationDocument, { id: operation.id });
      await succeed(api, operation.id);
    },
    10 * minutes,
  );
});
