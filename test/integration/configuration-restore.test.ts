import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { RestoreBackupDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { ask, backUp, restore } from '../support/backups.js';
import { createCluster, postgres17, succeed, type Created } from '../support/clusters.js';
import { attach, configurationOf, configured } from '../support/configurations.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onPacking } from '../support/packing-programs.js';

let api: Api;
let made: Created;

beforeAll(async () => {
  api = await (await ControlPlane.start(await makeDataDir())).api();
  made = await createCluster(api, 'orders', 1);
  await succeed(api, made.operation.id);
}, 120_000);

afterAll(async () => {
  await api.close();
  await cleanUp();
});

onPacking('a cluster that is restored', () => {
  it('has the configuration of the one that was backed up, also where that came after the backup', async () => {
    const { id: backupId } = await backUp(api, made.cluster.id);
    const datastoreId = await postgres17(api);
    const values = { work_mem: '9MB', max_connections: 40 };
    await succeed(
      api,
      await attach(api, made.cluster.id, await configurationOf(api, datastoreId, 'of orders', values)),
    );
    const restored = await restore(api, { backupId, name: 'orders again' });
    expect(await configured(api, restored.cluster.id)).toMatchObject({
      status: 'ACTIVE',
      configuration: { name: 'of orders' },
      configurationVersion: 1,
      configurationOutdated: false,
    });
    for (const [name, value] of [
      ['work_mem', '9MB'],
      ['max_connections', '40'],
    ])
      expect(await ask(api, restored, `SELECT current_setting('${name ?? ''}') AS value`)).toEqual([{ value }]);
  }, 120_000);

  it('has another configuration where that is asked for, and no volume where there are none', async () => {
    const { id: backupId } = await backUp(api, made.cluster.id);
    const configurationId = await configurationOf(api, await postgres17(api), 'another', { work_mem: '7MB' });
    const restored = await restore(api, { backupId, name: 'orders otherwise', configurationId });
    expect(await configured(api, restored.cluster.id)).toMatchObject({ configuration: { name: 'another' } });
    const input = { backupId, name: 'orders on a volume', volumeGb: 1 };
    expect(await api.refused(RestoreBackupDocument, { input })).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', field: 'volumeGb' },
    });
  }, 120_000);
});
