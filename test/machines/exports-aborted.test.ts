import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  ExportClusterDocument,
  ExportDocument,
  ImportExportDocument,
  OperationDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, fail, follow, reached, succeed, type Created } from '../support/clusters.js';
import type { ControlPlane } from '../support/control-plane.js';
import { Fleet } from '../support/fleet.js';
import { until } from '../support/until.js';
import { engines, tell } from './support/engines.js';
import { openInside, type Inside } from './support/inside.js';
import { onMachines, openLab, type Lab } from './support/lab.js';
import { ask } from './support/plane.js';

const minutes = 60_000;
/** What an abort may take until it is seen, in milliseconds: a look, and the end of a unit. */
const promptly = 15_000;
const engine = engines.postgres;

/** A database of which a copy takes long to load, as it has an index that is slow to make everywhere but here. */
const fill = `CREATE DATABASE slow;
\\connect slow
CREATE FUNCTION slow(n int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS
  $$ BEGIN IF current_database() <> 'slow' THEN PERFORM pg_sleep(1); END IF; RETURN n; END $$;
CREATE TABLE t AS SELECT generate_series(1, 60) AS n;
CREATE INDEX ON t (slow(n));`;

onMachines('an export or an import that is aborted', () => {
  let lab: Lab;
  let inside: Inside;
  let fleet: Fleet;
  let api: Api;
  let worker: ControlPlane;
  let made: Created;
  let server: string;
  let exportId: string;

  const holds = (script: string) => inside.holds(server, script);
  const sql = (statements: string) => tell(inside, server, engine, statements);
  const startWorker = () => fleet.start('worker', { DTROVE_HEALTH_SECONDS: '3600' });
  const archives = async () =>
    (await readdir(join(fleet.dataDir, 'exports')).catch(() => [])).filter((name) => name !== 'uploads').sort();
  const exporting = async () =>
    (await api.get(ExportClusterDocument, { input: { clusterId: made.cluster.id, databases: ['slow'] } }))
      .exportCluster;
  const importing = async () => {
    const input = { clusterId: made.cluster.id, exportId, onConflict: 'REPLACE' } as const;
    return (await api.get(ImportExportDocument, { input })).importExport.operation.id;
  };

  /** Until a unit of that name works on the server. */
  const works = (unit: string) =>
    until(`${unit} works`, () => holds(`systemctl list-units --no-legend '${unit}*' | grep -q running`), minutes);

  /** Cancels it; how it ended. */
  async function cancel(id: string) {
    const began = performance.now();
    await api.get(CancelOperationDocument, { id });
    const end = (await follow(api, id)).at(-1)?.operation;
    expect(performance.now() - began).toBeLessThan(promptly);
    return end;
  }

  /** That the server has nothing of it, running or lying about, and that the cluster is as it was. */
  async function nothingIsLeft(): Promise<void> {
    expect(await inside.run(server, `systemctl list-units --no-legend 'dtrove-dump-*' 'dtrove-load-*'`)).not.toContain(
      'running',
    );
    expect(await holds('pgrep -x pg_dump || pgrep -x pg_restore')).toBe(false);
    expect(await inside.run(server, 'find /var/lib/dtrove-dumps -mindepth 1')).toBe('');
    expect(await sql(engine.list)).toBe('postgres\nslow');
    expect(await sql('\\connect slow\nSELECT count(*) FROM t;')).toBe('60');
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
  }

  beforeAll(async () => {
    lab = await openLab();
    inside = openInside(lab);
    fleet = await Fleet.begin({ ...lab.env, DTROVE_PROVIDERS: 'incus', DTROVE_LEASE_SECONDS: '3' });
    const [front, first] = await Promise.all([fleet.start('api'), startWorker()]);
    [api, worker] = [await front.api(), first];
    made = await ask(api, engine.offer, { name: 'aborted', size: 1, flavor: 'small' });
    await succeed(api, made.operation.id);
    server = (await cluster(api, made.cluster.id)).instances[0]?.server ?? '';
    await sql(fill);
  }, 10 * minutes);

  afterAll(async () => {
    await api.close();
    await fleet.end();
    await lab.close();
  }, 2 * minutes);

  it(
    'ends what dumps on the server, and is listed as failed; a retry makes it whole',
    async () => {
      // Whoever dumps waits for this lock.
      await inside.run(
        server,
        `systemd-run --quiet --unit=holder --setenv=HOME=/tmp sh -c "echo 'BEGIN; LOCK TABLE t; SELECT pg_sleep(600)' | psql -h /run/postgresql -U postgres -d slow"`,
      );
      const locks = "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND relation = 't'::regclass;";
      await until('the table is locked', async () => (await sql(`\\connect slow\n${locks}`)) === '1');
      const { export: wanted, operation } = await exporting();
      await works('dtrove-dump-');
      expect(await cancel(operation.id)).toMatchObject({
        status: 'CANCELLED',
        message: expect.stringContaining('cancelled during the step "dump slow"') as unknown,
      });
      // It sleeps on where its client goes.
      await sql(
        `SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND pid <> pg_backend_pid();`,
      );
      await nothingIsLeft();
      expect(await archives()).toEqual([]);
      expect((await api.get(ExportDocument, { id: wanted.id })).export).toMatchObject({
        status: 'FAILED',
        downloadUrl: null,
      });
      await api.get(RetryOperationDocument, { id: operation.id });
      await succeed(api, operation.id);
      expect((await api.get(ExportDocument, { id: wanted.id })).export).toMatchObject({ status: 'READY' });
      expect(await archives()).toEqual([`${wanted.id}.tar`]);
      exportId = wanted.id;
    },
    5 * minutes,
  );

  it(
    'ends what loads on the server',
    async () => {
      const id = await importing();
      await works('dtrove-load-');
      expect(await cancel(id)).toMatchObject({ status: 'CANCELLED' });
      await nothingIsLeft();
    },
    5 * minutes,
  );

  it(
    'ends what a worker that was killed has left loading',
    async () => {
      const id = await importing();
      await works('dtrove-load-');
      await worker.stop('SIGKILL');
      await api.get(CancelOperationDocument, { id });
      expect(await holds(`systemctl list-units --no-legend 'dtrove-load-*' | grep -q running`)).toBe(true);
      worker = await startWorker();
      expect((await follow(api, id)).at(-1)?.operation).toMatchObject({ status: 'CANCELLED' });
      await nothingIsLeft();
    },
    5 * minutes,
  );

  it(
    'as its time is over, too',
    async () => {
      await worker.stop();
      const id = await importing();
      await fleet.sql(`UPDATE operation SET deadline_at = now() + interval '30 s' WHERE id = $1`, [id]);
      worker = await startWorker();
      await reached(api, id, 'load slow', 'RUNNING');
      expect(await fail(api, id)).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
      const { operation } = await api.get(OperationDocument, { id });
      expect(operation?.steps.find(({ name }) => name === 'load slow')).toMatchObject({ status: 'FAILED' });
      await nothingIsLeft();
    },
    5 * minutes,
  );
});
