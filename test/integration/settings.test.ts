import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CreateClusterDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, postgres17, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';

const settings = { parameters: { work_mem: '8MB' }, repository: 'pgdg' };

let plane: ControlPlane;
let api: Api;
beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir());
  api = await plane.api();
}, 120_000);
afterAll(cleanUp);

describe('the settings of a cluster', () => {
  it('reach its database, are shown, and belong to what an idempotency key stands for', async () => {
    const datastoreId = await postgres17(api);
    const input = { name: 'tuned', datastoreId, settings, idempotencyKey: 'tuned' };
    const { createCluster: made } = await api.get(CreateClusterDocument, { input });
    const turned = { repository: 'pgdg', parameters: { work_mem: '8MB' } };
    const again = await api.get(CreateClusterDocument, { input: { ...input, settings: turned } });
    const other = { parameters: { work_mem: '9MB' } };
    const refused = await api.refused(CreateClusterDocument, { input: { ...input, settings: other } });
    await succeed(api, made.operation.id);
    const { settings: shown, endpoints } = await cluster(api, made.cluster.id);

    expect(again.createCluster.cluster.id).toBe(made.cluster.id);
    expect(refused.extensions).toMatchObject({ code: 'CONFLICT', field: 'idempotencyKey' });
    expect(shown).toEqual(settings);

    const { username: user, password, database } = made.credentials;
    const { host, port } = endpoints[0] ?? {};
    const client = new pg.Client({
      ...{ host, port, user, password, database: database ?? '' },
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    const { rows } = await client.query<{ work_mem: string }>('SHOW work_mem');
    await client.end();
    expect(rows).toEqual([{ work_mem: '8MB' }]);
  });

  it('are an empty object unless given', async () => {
    const input = { name: 'plain', datastoreId: await postgres17(api) };
    const { createCluster: made } = await api.get(CreateClusterDocument, { input });
    expect(made.cluster.settings).toEqual({});
  });
});
