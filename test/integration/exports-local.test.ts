import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { ExportClusterDocument, ExportDocument, ImportExportDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { clientsDirectory, hasClients } from '../support/postgres-clients.js';

// Without such a pg_dump an export is refused in words: exports.test.ts. TEST_POSTGRES_BIN names a directory of one.
(hasClients || clientsDirectory !== '' ? describe : describe.skip)('on a computer with a pg_dump that fits', () => {
  let api: Api;
  let from: Created;
  let to: Created;

  beforeAll(async () => {
    const plane = await ControlPlane.start(await makeDataDir(), {
      DTROVE_LOCAL_POSTGRES_BIN: clientsDirectory,
    });
    api = await plane.api();
    [from, to] = [await createCluster(api, 'from', 1), await createCluster(api, 'to', 2)];
    await succeed(api, from.operation.id);
    await succeed(api, to.operation.id);
  }, 120_000);
  afterAll(cleanUp);

  async function sql(made: Created, text: string): Promise<unknown[]> {
    const { endpoints } = await cluster(api, made.cluster.id);
    const { host, port } = endpoints[0] ?? { host: '', port: 0 };
    const { username: user, password } = made.credentials;
    const client = new pg.Client({
      host,
      port,
      user,
      password,
      database: 'postgres',
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    await client.end();
    return rows;
  }

  it.each(['CUSTOM', 'PLAIN'] as const)(
    'a local cluster is exported as %s and imported into another',
    async (format) => {
      await sql(
        from,
        `DROP TABLE IF EXISTS t; CREATE TABLE t AS SELECT n, 'ü ' || n AS text FROM generate_series(1, 1000) n`,
      );
      await sql(
        from,
        `DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'reader') THEN CREATE ROLE reader LOGIN PASSWORD 'reader-password'; END IF; END $$`,
      );
      const input = { clusterId: from.cluster.id, format, includeUsers: true };
      const { exportCluster } = await api.get(ExportClusterDocument, { input });
      await succeed(api, exportCluster.operation.id);
      const { export: made } = await api.get(ExportDocument, { id: exportCluster.export.id });
      expect(made?.databases.flatMap(({ tables }) => tables)).toEqual([{ schema: 'public', name: 't', rows: 1000 }]);
      const wish = {
        clusterId: to.cluster.id,
        exportId: exportCluster.export.id,
        onConflict: 'REPLACE',
        includeUsers: true,
      } as const;
      const { importExport } = await api.get(ImportExportDocument, { input: wish });
      await succeed(api, importExport.operation.id);
      expect(await sql(to, 'SELECT count(*)::int AS n, max(text) AS text FROM t')).toEqual([
        { n: 1000, text: 'ü 999' },
      ]);
      expect(await sql(to, `SELECT rolcanlogin FROM pg_roles WHERE rolname = 'reader'`)).toEqual([
        { rolcanlogin: true },
      ]);
      expect((await cluster(api, to.cluster.id)).status).toBe('ACTIVE');
    },
  );
});
