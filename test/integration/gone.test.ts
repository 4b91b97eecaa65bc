import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RemoveNodeDocument, RetryOperationDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, fail, succeed } from '../support/clusters.js';
import { Fleet } from '../support/fleet.js';
import { serversOf } from '../support/leftovers.js';
import { rob } from '../support/rob.js';
import { until } from '../support/until.js';

let fleet: Fleet;
let dataDir: string;
let api: Api;

const faults = (next: Readonly<Record<string, readonly string[]>>): Promise<void> =>
  writeFile(join(dataDir, 'faults.json'), JSON.stringify(next));

/** The cluster, as soon as it shows that a server of it is gone. Before that it may show that it does not answer. */
const showsLoss = (id: string, status: string) =>
  until(`the cluster is ${status}`, async () => {
    const now = await cluster(api, id);
    return now.status === status && now.message.includes('is gone') ? now : null;
  });

beforeAll(async () => {
  fleet = await Fleet.begin({
    DTROVE_PROVIDERS: join(import.meta.dirname, '../support/programs/faulty-provider.mjs'),
    DTROVE_HEALTH_SECONDS: '1',
  });
  dataDir = fleet.dataDir;
  await faults({});
  const [front] = await Promise.all([fleet.start('api'), fleet.start('worker')]);
  api = await front.api();
}, 120_000);

afterAll(async () => {
  await api.close();
  await fleet.end();
});

describe('what has a row and is gone at its provider, where api and worker are apart', () => {
  it('shows as ERROR with words: a replica, which can be removed, then the primary, whose cluster can be deleted', async () => {
    const made = await createCluster(api, 'robbed', 2);
    await succeed(api, made.operation.id);
    const { id } = made.cluster;
    const replica = (await cluster(api, id)).instances.find(({ role }) => role === 'REPLICA');
    await rob(dataDir, replica?.server ?? '');
    const degraded = await showsLoss(id, 'DEGRADED');
    const gone = 'its server is gone: faulty knows of none by that id';
    expect(degraded.message).toBe(
      `robbed-2 (replica): ${gone}; remove it with removeNode, and add another one with addNode`,
    );
    expect(degraded.instances.find((one) => one.id === replica?.id)?.serverStatus).toBe('ERROR');
    const { removeNode } = await api.get(RemoveNodeDocument, { input: { clusterId: id } });
    await succeed(api, removeNode.operation.id);
    expect(await cluster(api, id)).toMatchObject({ status: 'ACTIVE', message: '', size: 1 });

    await rob(dataDir, (await cluster(api, id)).instances[0]?.server ?? '');
    const lost = await showsLoss(id, 'ERROR');
    expect(lost.message).toBe(`robbed-1 (primary): ${gone}; its data are gone with it: delete the cluster`);
    expect(lost.instances).toMatchObject([{ serverStatus: 'ERROR' }]);
    await deleteCluster(api, id);
    expect(await serversOf(dataDir)).toEqual([]);
  }, 180_000);

  it.each(['at once', 'when health has found it'])(
    'is made again by a retry %s, where nobody had been on it yet',
    async (when) => {
      await faults({ updateStatus: Array<string>(5).fill('PROVIDER_FAILED') });
      const { cluster: made, operation } = await createCluster(api, `early-${when.length}`, 1);
      expect((await fail(api, operation.id)).code).toBe('PROVIDER_FAILED');
      const [instance] = (await cluster(api, made.id)).instances;
      await rob(dataDir, instance?.server ?? '');
      await faults({});
      if (when !== 'at once')
        await until('it shows', async () => (await cluster(api, made.id)).instances[0]?.serverStatus === 'ERROR');
      await api.get(RetryOperationDocument, { id: operation.id });
      await succeed(api, operation.id);
      expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE', message: '' });
      await deleteCluster(api, made.id);
      expect(await serversOf(dataDir)).toEqual([]);
    },
    180_000,
  );
});
