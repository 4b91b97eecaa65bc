import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { AddNodeDocument, UpdateConfigurationDocument, VerifyBackupDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backup, backUp, restore, type Backup } from '../support/backups.js';
import { cluster, createCluster, deleteCluster, postgres17, succeed, type Created } from '../support/clusters.js';
import { attach, configurationOf, configured } from '../support/configurations.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onPacking } from '../support/packing-programs.js';

let api: Api;
let made: Created;
let configurationId: string;
let taken: Backup;

const limit = async (of: Created, node: number) => {
  const [found] = await ask<{ max_connections: string }>(api, of, 'SHOW max_connections', node);
  return Number(found?.max_connections);
};
const rowsOf = (of: Created) => ask(api, of, 'SELECT count(*)::int AS n FROM thing');

beforeAll(async () => {
  const plane = await ControlPlane.start(await makeDataDir());
  api = await plane.api();
  made = await createCluster(api, 'orders', 1);
  await succeed(api, made.operation.id);
  configurationId = await configurationOf(api, await postgres17(api), 'many', { max_connections: 180 });
  await succeed(api, await attach(api, made.cluster.id, configurationId));
  await ask(api, made, 'CREATE TABLE thing AS SELECT generate_series(1, 1000) AS i');
}, 180_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
});

// PostgreSQL's recovery refuses limits that are below those of the server which the log is of.
onPacking('a configuration goes with a cluster', () => {
  it('onto a new node', async () => {
    const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: made.cluster.id } });
    await succeed(api, addNode.operation.id);
    expect([await limit(made, 0), await limit(made, 1)]).toEqual([180, 180]);
  }, 120_000);

  it('to the cluster that is made of its backup, and all nodes of that', async () => {
    taken = await backUp(api, made.cluster.id);
    const again = await restore(api, { backupId: taken.id, name: 'again', size: 2 });
    expect(await configured(api, again.cluster.id)).toMatchObject({ configuration: { id: configurationId } });
    expect([await limit(again, 0), await limit(again, 1)]).toEqual([180, 180]);
    expect(await rowsOf(again)).toEqual([{ n: 1000 }]);
    await deleteCluster(api, again.cluster.id);
  }, 180_000);

  it.each([
    ['lower', 40],
    ['higher', 300],
  ])(
    'also where its limits are %s by now than when the backup was made',
    async (_how, most) => {
      const { updateConfiguration } = await api.get(UpdateConfigurationDocument, {
        input: { id: configurationId, values: { max_connections: most } },
      });
      expect(updateConfiguration.id).toBe(configurationId);
      await succeed(api, await attach(api, made.cluster.id, configurationId));
      const again = await restore(api, { backupId: taken.id, name: `again ${most}`, size: 2 });
      expect([await limit(again, 0), await limit(again, 1)]).toEqual([most, most]);
      expect(await rowsOf(again)).toEqual([{ n: 1000 }]);
      expect(await cluster(api, again.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
      await deleteCluster(api, again.cluster.id);
      const { verifyBackup } = await api.get(VerifyBackupDocument, { backupId: taken.id });
      await succeed(api, verifyBackup.operation.id);
      expect(await backup(api, taken.id)).toMatchObject({ verifyMessage: '' });
    },
    240_000,
  );
});
