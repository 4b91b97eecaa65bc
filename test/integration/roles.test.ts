import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import {
  ClusterStatusDocument,
  DatastoresDocument,
  DeleteClusterDocument,
  OperationProgressDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, follow, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';

let databaseDir: string;
let dataDir: string;
let database: EmbeddedServer;
let first: ControlPlane;
let second: ControlPlane;
let worker: ControlPlane;
let api: Api;
let other: Api;

const openDatabase = async (): Promise<EmbeddedServer> =>
  startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });

const start = (role: 'api' | 'worker'): Promise<ControlPlane> =>
  ControlPlane.start(dataDir, { DTROVE_ROLE: role, DTROVE_DATABASE_URL: database.url, DTROVE_LEASE_SECONDS: '3' });

beforeAll(async () => {
  databaseDir = await makeDataDir();
  dataDir = await makeDataDir();
  database = await openDatabase();
  [first, second, worker] = await Promise.all([start('api'), start('api'), start('worker')]);
  [api, other] = await Promise.all([first.api(), second.api()]);
});

afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
  await Promise.all([first.stop(), second.stop(), worker.stop()]);
  await database.stop();
  await cleanUp();
});

/** Resolves when a step has begun that takes long enough to be in the middle of. */
async function inTheMiddle(id: string): Promise<void> {
  for await (const { operationProgress } of api.watch(OperationProgressDocument, { id })) {
    if (operationProgress.step?.name === 'initialise the database') return;
  }
}

describe('two api processes and a worker on one PostgreSQL', () => {
  it('show at one what was asked for at the other and is done by the third', async () => {
    const { operation, cluster: made } = await createCluster(api, 'spread', 2);
    const [here, there] = await Promise.all([follow(api, operation.id), follow(other, operation.id)]);
    expect(there).toEqual(here);
    expect(there.at(-1)?.operation.status).toBe('SUCCEEDED');
    expect((await cluster(other, made.id)).status).toBe('ACTIVE');
    expect(first.log()).not.toContain('"step"');
    expect(worker.log()).toContain('"step"');
  });

  it('go on with another worker when theirs is killed', async () => {
    const { operation } = await createCluster(api, 'killed', 1);
    await inTheMiddle(operation.id);
    await worker.stop('SIGKILL');
    worker = await start('worker');
    const events = await succeed(other, operation.id);
    expect(Math.max(...events.map(({ step }) => step?.attempts ?? 0))).toBeLessThanOrEqual(2);
  });

  it('go on with another worker when theirs is stopped, which hands over and ends well', async () => {
    const { operation } = await createCluster(api, 'stopped', 1);
    await inTheMiddle(operation.id);
    const next = await start('worker');
    expect(await worker.stop('SIGTERM')).toEqual({ code: 0, signal: null });
    worker = next;
    await succeed(other, operation.id);
  });
});

describe('while their PostgreSQL is away', () => {
  it('they say so, none of them ends, and subscriptions go on without a gap when it is back', async () => {
    const { operation, cluster: made } = await createCluster(api, 'patient', 1);
    await succeed(api, operation.id);
    const statuses: string[] = [];
    const watching = (async () => {
      for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: made.id })) {
        statuses.push(clusterStatus.status);
      }
    })();
    await until('the subscription stands', () => statuses.length === 1);

    const ready = async (): Promise<number> => (await fetch(`${first.url}/readyz`)).status;
    await database.stop();
    await until('it is not ready', async () => (await ready()) === 503);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    expect((await api.refused(DatastoresDocument, {})).extensions?.code).toBe('UNAVAILABLE');

    database = await openDatabase();
    await until('it is ready again', async () => (await ready()) === 200);
    const { deleteCluster } = await other.get(DeleteClusterDocument, { id: made.id });
    await succeed(other, deleteCluster.operation.id);
    await watching;
    expect(statuses).toEqual(['ACTIVE', 'DELETING', 'DELETED']);
  });
});
