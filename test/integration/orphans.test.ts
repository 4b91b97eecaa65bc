import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  ForceDeleteClusterDocument,
  OperationDocument,
  OrphansDocument,
  ReapOrphanDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, type Environment } from '../support/control-plane.js';
import { noTraces, processesOf, serversOf, tracesOf } from '../support/leftovers.js';
import { until } from '../support/until.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;

const start = async (env: Environment): Promise<void> => {
  const module = join(import.meta.dirname, '../support/programs/faulty-provider.mjs');
  plane = await ControlPlane.start(dataDir, { DTROVE_PROVIDERS: module, DTROVE_STEP_ATTEMPTS: '3', ...env });
  api = await plane.api();
};

/** What the next calls of the provider come to; those that follow work. */
const faults = (next: Readonly<Record<string, readonly string[]>>): Promise<void> =>
  writeFile(join(dataDir, 'faults.json'), JSON.stringify(next));

beforeAll(async () => {
  dataDir = await makeDataDir();
  await faults({});
  await start({});
}, 120_000);

afterAll(cleanUp);

const orphans = async () => (await api.get(OrphansDocument, {})).orphans;

/** Deletes by force a cluster whose provider refuses to destroy its server; the operation as it ended. */
async function leaveBehind({ cluster: { id } }: Created) {
  await faults({ destroy: ['PROVIDER_FAILED'] });
  const { forceDeleteCluster } = await api.get(ForceDeleteClusterDocument, { id });
  await succeed(api, forceDeleteCluster.operation.id);
  const { operation } = await api.get(OperationDocument, { id: forceDeleteCluster.operation.id });
  return { ended: forceDeleteCluster.ended, message: operation?.message ?? '' };
}

describe('forceDeleteCluster', () => {
  it('ends what hangs in a provider that heeds nobody, and leaves nothing', async () => {
    await faults({ create: ['hang'] });
    const made = await createCluster(api, 'hanging', 1);
    await reached(api, made.operation.id, 'create server', 'RUNNING');
    const { forceDeleteCluster } = await api.get(ForceDeleteClusterDocument, { id: made.cluster.id });
    expect(forceDeleteCluster).toMatchObject({
      cluster: { status: 'DELETING' },
      ended: { id: made.operation.id, status: 'CANCELLED' },
    });
    await succeed(api, forceDeleteCluster.operation.id);
    expect((await cluster(api, made.cluster.id)).status).toBe('DELETED');
    expect(await tracesOf(dataDir)).toEqual(noTraces);
    const again = await api.refused(ForceDeleteClusterDocument, { id: made.cluster.id });
    expect(again.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'id' });
  }, 120_000);

  it('says what it could not remove, which is an orphan then, until it is reaped', async () => {
    const made = await createCluster(api, 'stubborn', 1);
    await succeed(api, made.operation.id);
    const [{ server, id: instanceId } = { server: '', id: '' }] = (await cluster(api, made.cluster.id)).instances;
    expect(await orphans()).toEqual([]);

    const { message, ended } = await leaveBehind(made);
    expect(ended).toBeNull();
    expect(message).toContain(
      `left behind: stubborn-1, the server ${server ?? ''} at the provider faulty: the cloud says PROVIDER_FAILED`,
    );
    const found = await orphans();
    expect(found).toMatchObject([
      { provider: 'faulty', id: server, instanceId, clusterId: made.cluster.id, message: '' },
    ]);
    expect(Date.parse(String(found[0]?.reapAt))).toBeGreaterThan(Date.now() + 3_000_000);

    const nothing = await api.refused(ReapOrphanDocument, { provider: 'faulty', id: 'no such' });
    expect(nothing.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'id' });
    const { reapOrphan } = await api.get(ReapOrphanDocument, { provider: 'faulty', id: server ?? '' });
    await succeed(api, reapOrphan.id);
    expect(await orphans()).toEqual([]);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 180_000);
});

describe('the reaper', () => {
  beforeAll(async () => {
    await api.close();
    await plane.stop();
    await faults({});
    await start({ DTROVE_REAPER_SECONDS: '1', DTROVE_ORPHAN_SECONDS: '2' });
  }, 60_000);

  it('removes an orphan when its time is over, and nothing else', async () => {
    const [kept, left] = [await createCluster(api, 'kept', 1), await createCluster(api, 'left', 1)];
    for (const { operation } of [kept, left]) await succeed(api, operation.id);
    await leaveBehind(left);
    expect(await serversOf(dataDir)).toHaveLength(2);
    await until('it is removed', async () => (await serversOf(dataDir)).length === 1, 30_000);
    expect(await orphans()).toEqual([]);
    expect(await cluster(api, kept.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    await deleteCluster(api, kept.cluster.id);
  }, 180_000);

  it('shows a server that is gone as ERROR, in words; its cluster can be deleted', async () => {
    const made = await createCluster(api, 'robbed', 1);
    await succeed(api, made.operation.id);
    await api
      .get(AddNodeDocument, { input: { clusterId: made.cluster.id, count: 1 } })
      .then(({ addNode }) => succeed(api, addNode.operation.id));
    const replica = (await cluster(api, made.cluster.id)).instances.find(({ role }) => role === 'REPLICA');
    await rob(replica?.server ?? '');
    const words = `the provider faulty no longer has its server ${replica?.server ?? ''}`;
    const degraded = await until('it is noticed', async () => {
      const now = await cluster(api, made.cluster.id);
      return now.status === 'ACTIVE' ? null : now;
    });
    expect(degraded).toMatchObject({ status: 'DEGRADED', message: expect.stringContaining(words) });
    expect(degraded.instances.find(({ id }) => id === replica?.id)).toMatchObject({
      serverStatus: 'ERROR',
      message: words,
    });
    await deleteCluster(api, made.cluster.id);
    expect(await serversOf(dataDir)).toEqual([]);
  }, 180_000);
});

/** Takes a server away behind everybody's back. */
async function rob(server: string): Promise<void> {
  const home = join(dataDir, 'servers', server);
  for (const pid of await processesOf(home)) process.kill(pid, 'SIGKILL');
  await rm(home, { recursive: true, force: true });
}
