import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrphansDocument, RestartClusterDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, reached, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { ownPrograms, startOwnPostgres, type OwnPostgres } from '../support/own-postgres.js';
import { until } from '../support/until.js';

/** What docs/operating.md tells operators to do with a PostgreSQL of their own, done. */

if (ownPrograms === null)
  process.stderr.write('not tested: pg_dump of the control plane, as this computer has no PostgreSQL of its own\n');

(ownPrograms === null ? describe.skip : describe)('a dump of the control plane that runs', () => {
  let dataDir: string;
  let own: OwnPostgres;
  let address: string;
  let plane: ControlPlane;
  let api: Api;

  async function start(url: string): Promise<void> {
    plane = await ControlPlane.start(dataDir, {
      DTROVE_DATABASE_URL: url,
      DTROVE_LEASE_SECONDS: '3',
      DTROVE_ORPHAN_SECONDS: '31536000',
      DTROVE_REAPER_SECONDS: '1',
    });
    api = await plane.api();
  }

  beforeAll(async () => {
    dataDir = await makeDataDir();
    own = await startOwnPostgres(ownPrograms ?? '', await makeDataDir());
    address = await own.database('dtrove');
    await start(address);
  }, 120_000);

  afterAll(async () => {
    await cleanUp();
    await own.stop();
  });

  it('brings it back in an empty database: it goes on with its clusters, and with what it was at', async () => {
    const kept = await createCluster(api, 'kept', 1);
    await succeed(api, kept.operation.id);
    const begun = await createCluster(api, 'begun', 1);
    await reached(api, begun.operation.id, 'initialise the database', 'RUNNING');
    const file = join(dataDir, 'control-plane.dump');
    await own.client('pg_dump', '-Fc', '-f', file, address);
    await succeed(api, begun.operation.id);
    const later = await createCluster(api, 'later', 1);
    await succeed(api, later.operation.id);
    await api.close();
    await plane.stop();

    const restored = await own.database('restored');
    await own.client('pg_restore', '--exit-on-error', '-d', restored, file);
    await start(restored);
    await succeed(api, begun.operation.id);
    for (const { id } of [kept.cluster, begun.cluster]) {
      const { restartCluster } = await api.get(RestartClusterDocument, { id });
      await succeed(api, restartCluster.operation.id);
      expect(await cluster(api, id)).toMatchObject({ status: 'ACTIVE', message: '' });
    }
    const [orphan] = await until('the orphan is seen', async () => {
      const { orphans } = await api.get(OrphansDocument, {});
      return orphans.length > 0 ? orphans : null;
    });
    expect(orphan).toMatchObject({ clusterId: later.cluster.id });
    await deleteCluster(api, begun.cluster.id);
  }, 240_000);
});
