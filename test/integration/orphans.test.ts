import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ForceDeleteClusterDocument,
  OperationDocument,
  OrphansDocument,
  ReapOrphanDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, type Environment } from '../support/control-plane.js';
import { noTraces, serversOf, tracesOf } from '../support/leftovers.js';
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

describe('what else a provider has', () => {
  it('is an orphan, of whatever kind, as soon as what it was made for is deleted', async () => {
    await faults({ leave: ['VOLUME', 'SECURITY_GROUP'] });
    const made = await createCluster(api, 'spread', 2);
    await succeed(api, made.operation.id);
    expect(await orphans()).toEqual([]);
    await deleteCluster(api, made.cluster.id);
    const [group, volume] = [...(await orphans())].sort((a, b) => a.kind.localeCompare(b.kind));
    const provider = 'faulty';
    expect(group).toMatchObject({ provider, kind: 'SECURITY_GROUP', instanceId: null, clusterId: made.cluster.id });
    expect(volume).toMatchObject({ provider, kind: 'VOLUME', clusterId: made.cluster.id, serverStatus: null });
    expect(made.cluster.instances.map(({ id }) => id)).toContain(volume?.instanceId);

    const id = volume?.id ?? '';
    const other = await api.refused(ReapOrphanDocument, { provider, id });
    expect(other).toMatchObject({
      message: `there is no orphan server ${id} at the provider faulty`,
      extensions: { code: 'NOT_FOUND', field: 'id' },
    });
    const { reapOrphan } = await api.get(ReapOrphanDocument, { provider, id, kind: 'VOLUME' });
    await succeed(api, reapOrphan.id);
    // The other one is left for the reaper, below.
    expect(await orphans()).toEqual([group]);
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
    await until('both kinds are removed', async () => (await orphans()).length === 0, 30_000);
    await until('it is removed', async () => (await serversOf(dataDir)).length === 1, 30_000);
    expect(await orphans()).toEqual([]);
    expect(await cluster(api, kept.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    await deleteCluster(api, kept.cluster.id);
  }, 180_000);
});
