import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { OperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, follow, reached, succeed } from '../support/clusters.js';
import { alive, cleanUp, ControlPlane, makeDataDir, type Environment } from '../support/control-plane.js';
import { noTraces, serversOf, tracesOf } from '../support/leftovers.js';
import { quiet } from '../support/log.js';
import { refusedStart } from '../support/refused-start.js';
import { until } from '../support/until.js';

const secretKey = 'one master key for all of these processes';
let databaseDir: string;
let apiDir: string;
let workerDir: string;
let database: EmbeddedServer;
let front: ControlPlane;
let worker: ControlPlane;
let api: Api;

const openDatabase = async (): Promise<EmbeddedServer> =>
  startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });

const environment = (role: string): Environment => ({
  DTROVE_ROLE: role,
  DTROVE_DATABASE_URL: database.url,
  DTROVE_SECRET_KEY: secretKey,
  DTROVE_LEASE_SECONDS: '3',
});

beforeAll(async () => {
  [databaseDir, apiDir, workerDir] = [await makeDataDir(), await makeDataDir(), await makeDataDir()];
  database = await openDatabase();
  [front, worker] = await Promise.all([
    ControlPlane.start(apiDir, environment('api')),
    ControlPlane.start(workerDir, environment('worker')),
  ]);
  api = await front.api();
}, 120_000);

afterAll(async () => {
  await database.stop();
  await cleanUp();
});

describe('an api and a worker that share a PostgreSQL and a master key, and no directory', () => {
  it('make, grow and delete a cluster, whose servers are the worker’s', async () => {
    const { cluster: made, operation } = await createCluster(api, 'apart', 2);
    await succeed(api, operation.id);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE' });
    expect([(await serversOf(workerDir)).length, (await serversOf(apiDir)).length]).toEqual([2, 0]);
    await deleteCluster(api, made.id);
    expect(await tracesOf(workerDir)).toEqual(noTraces);
  }, 120_000);

  it('do not take in a process with another master key', async () => {
    const env = { ...environment('worker'), DTROVE_SECRET_KEY: 'another master key, as long as it has to be' };
    expect(await refusedStart(await makeDataDir(), env)).toMatch(/^the master key does not open the stored secrets/);
  });
});

describe('a PostgreSQL that crashes in the middle of a creation', () => {
  it('is waited for: no process ends, the operation goes on, and who follows it misses nothing', async () => {
    const { cluster: made, operation } = await createCluster(api, 'patient', 2);
    const following = follow(api, operation.id);
    await reached(api, operation.id, 'initialise the database', 'RUNNING');
    process.kill(database.pid, 'SIGKILL');
    await until('it is not ready', async () => (await fetch(`${front.url}/readyz`)).status === 503);
    const refused = await api.refused(OperationDocument, { id: operation.id });
    expect(refused.extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
    await database.stop();
    database = await openDatabase();
    await until('it is ready again', async () => (await fetch(`${front.url}/readyz`)).status === 200, 30_000);

    const events = await following;
    expect(events.at(-1)?.operation).toMatchObject({ status: 'SUCCEEDED', progress: 100 });
    expect(await follow(api, operation.id)).toEqual(events);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    expect([alive(front.pid), alive(worker.pid)]).toEqual([true, true]);
    for (const { log } of [front, worker].map((plane) => ({ log: plane.log() })))
      expect(log.split('\n').filter((line) => line !== '' && !line.startsWith('{'))).toEqual([]);
    await deleteCluster(api, made.id);
    expect(await tracesOf(workerDir)).toEqual(noTraces);
  }, 180_000);
});

describe('a worker that is killed in the middle', () => {
  it('is replaced by one that runs already, as soon as its lease is over', async () => {
    const spare = await ControlPlane.start(workerDir, environment('worker'));
    const made = await createCluster(api, 'inherited', 2);
    await reached(api, made.operation.id, 'initialise the database', 'RUNNING');
    const holder = worker.log().includes(made.operation.id) ? worker : spare;
    await holder.stop('SIGKILL');
    await succeed(api, made.operation.id);
    const heir = holder === worker ? spare : worker;
    expect(heir.log()).toContain(made.operation.id);
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    await deleteCluster(api, made.cluster.id);
    expect(await tracesOf(workerDir)).toEqual(noTraces);
  }, 180_000);
});
