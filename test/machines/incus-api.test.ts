import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import {
  CreateClusterDocument,
  FlavorsDocument,
  OperationDocument,
  ProvidersDocument,
  RegisterDatastoreDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, deleteCluster, follow, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { onMachines, openLab, type Lab } from './support/lab.js';

onMachines('clusters on the provider incus, through the public API', () => {
  let lab: Lab;
  let api: Api;

  beforeAll(async () => {
    lab = await openLab();
    const plane = await ControlPlane.start(await makeDataDir(), { ...lab.env, DTROVE_PROVIDERS: 'local,incus' });
    api = await plane.api();
  });

  afterAll(async () => {
    await cleanUp();
    await lab.close();
  });

  const create = async (image: string, name: string, size: number) => {
    const offer = { manager: 'postgres', version: '17', image };
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input: offer });
    const input = { name, datastoreId: registerDatastore.id, size, provider: 'incus' };
    return (await api.get(CreateClusterDocument, { input })).createCluster;
  };

  const authorityOf = async (id: string): Promise<string> => {
    type Found = { readonly cluster: { readonly caCertificate: string } };
    const query = 'query($id: ID!) { cluster(id: $id) { caCertificate } }';
    return (await api.ask<Found, { id: string }>(query, { id })).data?.cluster.caCertificate ?? '';
  };

  it('are offered beside local ones', async () => {
    const { providers } = await api.get(ProvidersDocument, {});
    expect(providers.map(({ id }) => id)).toEqual(['local', 'incus']);
    const { flavors } = await api.get(FlavorsDocument, { provider: 'incus' });
    expect(flavors.map(({ name }) => name)).toEqual(['tiny', 'small']);
  });

  it('are PostgreSQL on servers of their own, reached over TLS, and leave nothing behind', async () => {
    const made = await create('debian-13', 'orders', 2);
    await succeed(api, made.operation.id);
    const { instances, status } = await cluster(api, made.cluster.id);
    expect(status).toBe('ACTIVE');
    const ca = await authorityOf(made.cluster.id);
    const [primary, replica] = instances.map(({ addr }) => addr ?? '');
    const ask = async (host: string, text: string) => {
      const { username: user, password } = made.credentials;
      const client = new pg.Client({ host, port: 5432, user, password, database: 'postgres', ssl: { ca } });
      await client.connect();
      try {
        return (await client.query<Record<string, unknown>>(text)).rows;
      } finally {
        await client.end();
      }
    };
    await ask(primary ?? '', 'CREATE TABLE t AS SELECT 7 AS n');
    expect(await ask(primary ?? '', 'SELECT application_name FROM pg_stat_replication')).toHaveLength(1);
    expect(await ask(replica ?? '', 'SELECT pg_is_in_recovery() AS replica')).toEqual([{ replica: true }]);
    await deleteCluster(api, made.cluster.id);
    expect(await lab.left()).toEqual([]);
  }, 600_000);

  it('fail at the step that says which image there is not, and are deleted cleanly', async () => {
    const made = await create('debian-0', 'nowhere', 1);
    await follow(api, made.operation.id);
    const { operation } = await api.get(OperationDocument, { id: made.operation.id });
    expect(operation).toMatchObject({
      status: 'FAILED',
      error: { code: 'BAD_USER_INPUT', message: expect.stringMatching(/no image debian-0/) },
    });
    await deleteCluster(api, made.cluster.id);
    expect(await lab.left()).toEqual([]);
  });
});
