import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startEmbedded, type EmbeddedServer } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import { ServerStatusDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';

let databaseDir: string;
let dataDir: string;
let database: EmbeddedServer;
let plane: ControlPlane;
let worker: ControlPlane;
let api: Api;
let made: Created;

const openDatabase = async (): Promise<EmbeddedServer> =>
  startEmbedded({ dataDir: databaseDir, user: await serviceUser(), log: quiet });

const start = (role: 'api' | 'worker'): Promise<ControlPlane> =>
  ControlPlane.start(dataDir, {
    ...{ DTROVE_ROLE: role, DTROVE_DATABASE_URL: database.url },
    ...{ DTROVE_LEASE_SECONDS: '3', DTROVE_METRICS_PORT: '0' },
  });

/** Where a process is scraped, as its ready line says. */
const scraped = ({ readyLine, url }: ControlPlane): string =>
  /metrics (http:\S+)$/.exec(readyLine)?.[1] ?? `${url}/metrics`;

/** The value of one series, as it stands in the text; null where it is not there. */
async function read(process: ControlPlane, series: string): Promise<number | null> {
  const response = await fetch(scraped(process));
  expect(response.status).toBe(200);
  const line = (await response.text()).split('\n').find((text) => text.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

beforeAll(async () => {
  databaseDir = await makeDataDir();
  dataDir = await makeDataDir();
  database = await openDatabase();
  plane = await start('api');
  api = await plane.api();
  made = await createCluster(api, 'counted', 1);
});

afterAll(async () => {
  await api.close();
  await Promise.all([plane.stop(), worker.stop()]);
  await database.stop();
  await cleanUp();
});

describe('/metrics', () => {
  it('of an api tells how many operations wait that no worker has, and for how long', async () => {
    expect(await read(plane, 'dtrove_queue_depth')).toBe(1);
    expect(await read(plane, 'dtrove_queue_oldest_seconds')).toBeGreaterThan(0);
  });

  it('of a worker counts operations and steps by kind and outcome', async () => {
    worker = await start('worker');
    expect(worker.readyLine).toMatch(/^DTrove worker ready: \S+, metrics http:\/\/127\.0\.0\.1:\d+\/metrics$/);
    await succeed(api, made.operation.id);
    const ended = '{kind="cluster.create",outcome="SUCCEEDED"}';
    await until('it is counted', async () => (await read(worker, `dtrove_operations_total${ended}`)) === 1);
    expect(await read(worker, `dtrove_operation_seconds_count${ended}`)).toBe(1);
    expect(await read(worker, `dtrove_operation_seconds_sum${ended}`)).toBeGreaterThan(0);
    const connect = '{kind="cluster.create",step="connect",outcome="done"}';
    expect(await read(worker, `dtrove_step_seconds_count${connect}`)).toBe(1);
    expect(await read(worker, 'dtrove_queue_depth')).toBe(0);
    expect(await read(worker, 'dtrove_queue_oldest_seconds')).toBe(0);
    expect(await read(worker, 'dtrove_operations_running')).toBe(0);
    expect(await read(worker, 'dtrove_lease_takeovers_total')).toBe(0);
  });

  it('of a worker counts SSH connections and commands', async () => {
    expect(await read(worker, 'dtrove_ssh_connections')).toBe(1);
    expect(await read(worker, 'dtrove_ssh_connects_total{outcome="connected"}')).toBe(1);
    expect(await read(worker, 'dtrove_ssh_command_seconds_count{outcome="zero"}')).toBeGreaterThan(3);
  });

  it('of a worker is beside /healthz and /readyz, and no API', async () => {
    const base = scraped(worker).replace('/metrics', '');
    const statuses = ['/healthz', '/readyz', '/graphql', '/'].map(async (path) => (await fetch(base + path)).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
  });

  it('of an api counts subscribers and connections, and how late events are read', async () => {
    expect(await read(plane, 'dtrove_subscribers')).toBe(0);
    const watching = api.watch(ServerStatusDocument, { clusterId: made.cluster.id });
    await watching.next();
    expect(await read(plane, 'dtrove_subscribers')).toBe(1);
    expect(await read(plane, 'dtrove_websocket_clients')).toBe(1);
    await watching.return();
    const count = (await read(plane, 'dtrove_bus_lag_seconds_count')) ?? 0;
    expect(count).toBeGreaterThan(5);
    const sum = (await read(plane, 'dtrove_bus_lag_seconds_sum')) ?? NaN;
    expect(sum).toBeGreaterThan(0);
    expect(sum / count).toBeLessThan(5);
    expect(await read(plane, 'dtrove_bus_connected')).toBe(1);
  });

  it('counts an operation that is taken over from a worker that was killed', async () => {
    const { operation } = await createCluster(api, 'taken-over', 1);
    await reached(api, operation.id, 'initialise the database', 'RUNNING');
    await worker.stop('SIGKILL');
    worker = await start('worker');
    await succeed(api, operation.id);
    expect(await read(worker, 'dtrove_lease_takeovers_total')).toBe(1);
    expect(worker.log()).toContain('"an operation is taken over from another worker"');
  }, 120_000);

  it('answers while PostgreSQL is away, without what cannot be known', async () => {
    await database.stop();
    await until('the bus is cut off', async () => (await read(plane, 'dtrove_bus_connected')) === 0);
    expect(await read(plane, 'dtrove_queue_depth')).toBeNull();
    expect(await read(worker, 'dtrove_queue_oldest_seconds')).toBeNull();
    database = await openDatabase();
    await until('it is known again', async () => (await read(plane, 'dtrove_queue_depth')) === 0);
  });
});

describe('the log', () => {
  it('has one line for each step: what, where, which attempt, under which fence, how long', async () => {
    const { operation, cluster } = await createCluster(api, 'logged', 1);
    const events = await succeed(api, operation.id);
    const done = events.filter(({ step }) => step?.status === 'DONE').map(({ step }) => step?.name);
    const lines = worker
      .log()
      .split('\n')
      .filter((line) => line.includes('"msg":"step"') && line.includes(operation.id))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(done.length);
    for (const line of lines) {
      expect(line).toMatchObject({
        ...{ operation: operation.id, kind: 'cluster.create', cluster: cluster.id, outcome: 'done' },
        ...{ attempt: 1, fence: '1', seconds: expect.any(Number) as unknown },
      });
    }
    const connect = lines.find(({ step }) => String(step).endsWith('/connect'));
    expect(connect?.['instance']).toMatch(/^[0-9a-f-]{36}$/);
  });
});
