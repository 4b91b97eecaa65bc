import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  AddNodeDocument,
  AttachConfigurationDocument,
  CancelOperationDocument,
  CreateClusterDocument,
  DeleteConfigurationDocument,
  OperationDocument,
  RegisterDatastoreDocument,
  RetryOperationDocument,
  UpdateConfigurationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import {
  createCluster,
  deleteCluster,
  fail,
  follow,
  postgres17,
  reached,
  succeed,
  type Created,
} from '../support/clusters.js';
import { attach, configurationOf, configured, detach, orderOf } from '../support/configurations.js';
import { localNodes } from '../support/local-nodes.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;
let datastoreId: string;
let made: Created;

const start = async () => {
  plane = await ControlPlane.start(dataDir, { DTROVE_LEASE_SECONDS: '3' });
  api = await plane.api();
};

beforeAll(async () => {
  dataDir = await makeDataDir();
  await start();
  datastoreId = await postgres17(api);
  made = await createCluster(api, 'configured', 3);
  await succeed(api, made.operation.id);
  await onPrimary('CREATE TABLE number (n int PRIMARY KEY)');
}, 60_000);

afterAll(async () => {
  await api.close();
  await plane.stop();
  await cleanUp();
});

const { onPrimary, inForce, startedAt, underAWriter } = localNodes(
  () => api,
  () => made,
);
const stepsOf = async (id: string) => (await api.get(OperationDocument, { id })).operation?.steps ?? [];
const id = () => made.cluster.id;

describe('attaching a configuration', () => {
  it('reloads where that is enough: in force on every node, and none is restarted', async () => {
    const configurationId = await configurationOf(api, datastoreId, 'reloaded', { work_mem: '9MB' });
    const before = await startedAt();
    const plan = await orderOf(api, id(), configurationId);
    expect(plan).toMatchObject({ version: 1, needsRestart: false, roles: ['REPLICA', 'REPLICA', 'PRIMARY'] });
    expect(plan.instances[0]?.changes).toEqual([
      { name: 'work_mem', from: '4MB', to: '9MB', unit: 'kB', needsRestart: false },
    ]);
    const events = await succeed(api, await attach(api, id(), configurationId));
    expect(events.map(({ operation }) => operation.progress)).toEqual(
      events.map(({ operation }) => operation.progress).sort((a, b) => a - b),
    );
    expect(await inForce('work_mem')).toEqual(['9MB', '9MB', '9MB']);
    expect(await startedAt()).toEqual(before);
    expect(await configured(api, id())).toMatchObject({
      status: 'ACTIVE',
      configurationVersion: 1,
      configurationOutdated: false,
      configuration: { name: 'reloaded' },
    });
  });

  it('does the plan once: a second time nothing is applied', async () => {
    const [configurationId = ''] = [(await configured(api, id())).configuration?.id];
    expect((await orderOf(api, id(), configurationId)).instances).toEqual([]);
    const operation = await attach(api, id(), configurationId);
    await succeed(api, operation);
    expect(new Set((await stepsOf(operation)).map(({ message }) => message))).toEqual(new Set(['already done']));
  });

  it('is outdated when its configuration has changed, until it is attached again', async () => {
    const configurationId = (await configured(api, id())).configuration?.id ?? '';
    await api.get(UpdateConfigurationDocument, { input: { id: configurationId, values: { work_mem: '10MB' } } });
    expect(await configured(api, id())).toMatchObject({ configurationVersion: 1, configurationOutdated: true });
    expect(await inForce('work_mem')).toEqual(['9MB', '9MB', '9MB']);
    await succeed(api, await attach(api, id(), configurationId));
    expect(await inForce('work_mem')).toEqual(['10MB', '10MB', '10MB']);
    await succeed(api, await attach(api, id(), configurationId, 1));
    expect(await configured(api, id())).toMatchObject({ configurationVersion: 1, configurationOutdated: true });
    expect(await inForce('work_mem')).toEqual(['9MB', '9MB', '9MB']);
  });

  it('keeps its configuration from being deleted', async () => {
    const configurationId = (await configured(api, id())).configuration?.id ?? '';
    const kept = await api.refused(DeleteConfigurationDocument, { id: configurationId });
    expect(kept.extensions).toMatchObject({ code: 'CONFLICT', field: 'id' });
    expect(kept.message).toMatch(/attached to configured; detach it there first/);
  });

  it('refuses one of another version, and what is not there', async () => {
    const input = { manager: 'postgres', version: '15', image: 'local' };
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input });
    const other = await configurationOf(api, registerDatastore.id, 'other', { work_mem: '9MB' });
    const wish = { clusterId: id(), configurationId: other };
    expect((await api.refused(AttachConfigurationDocument, wish)).extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      field: 'configurationId',
    });
    const nothing = { clusterId: id(), configurationId: id() };
    expect((await api.refused(AttachConfigurationDocument, nothing)).extensions).toMatchObject({
      code: 'NOT_FOUND',
      field: 'configurationId',
    });
  });
});

describe('a limit that replicas must not have less of', () => {
  it('is raised on the replicas first, lowered on the primary first, and no write is lost', async () => {
    const configurationId = await configurationOf(api, datastoreId, 'limits', { max_connections: 70 });
    expect((await orderOf(api, id(), configurationId)).roles).toEqual(['REPLICA', 'REPLICA', 'PRIMARY']);
    await underAWriter(async () => succeed(api, await attach(api, id(), configurationId)));
    expect(await inForce('max_connections')).toEqual(['70', '70', '70']);
    const [primary = 0, ...replicas] = await startedAt();
    expect(Math.max(...replicas)).toBeLessThan(primary);
    const input = { id: configurationId, values: { max_connections: 40, max_worker_processes: 10 } };
    await api.get(UpdateConfigurationDocument, { input });
    expect((await orderOf(api, id(), configurationId)).roles).toEqual([
      ...['REPLICA', 'REPLICA', 'PRIMARY', 'REPLICA', 'REPLICA'],
    ]);
    await underAWriter(async () => succeed(api, await attach(api, id(), configurationId)));
    expect(await inForce('max_connections')).toEqual(['40', '40', '40']);
    expect(await inForce('max_worker_processes')).toEqual(['10', '10', '10']);
  }, 120_000);

  it('is had by a node that comes later, and by a cluster that is made with it', async () => {
    const { addNode } = await api.get(AddNodeDocument, { input: { clusterId: id(), count: 1 } });
    await succeed(api, addNode.operation.id);
    expect(await inForce('max_connections')).toEqual(['40', '40', '40', '40']);
    const configurationId = (await configured(api, id())).configuration?.id ?? '';
    const input = { name: 'made with it', datastoreId, size: 1, configurationId };
    const { createCluster: other } = await api.get(CreateClusterDocument, { input });
    await succeed(api, other.operation.id);
    const before = made;
    made = other;
    expect(await inForce('max_connections')).toEqual(['40']);
    expect(await configured(api, id())).toMatchObject({ configurationVersion: 2, configurationOutdated: false });
    await deleteCluster(api, id());
    made = before;
  }, 120_000);
});

describe('a value that the engine accepts and does not start with', () => {
  it('is put back on every node; the operation fails in the engine’s words, and the cluster is ACTIVE', async () => {
    const configurationId = await configurationOf(api, datastoreId, 'too much', { shared_buffers: '8000GB' });
    const before = await configured(api, id());
    let operation = '';
    await underAWriter(async () => {
      operation = await attach(api, id(), configurationId);
      const failed = await fail(api, operation);
      expect(failed.code).toBe('STEP_FAILED');
      expect(failed.message).toMatch(/restart PostgreSQL.*shared memory.*put back on every node$/s);
    });
    const now = await configured(api, id());
    expect(now).toMatchObject({ status: 'ACTIVE', message: '', configuration: before.configuration });
    expect(now.instances.map(({ message }) => message)).toEqual(['', '', '', '']);
    expect(new Set(await inForce('shared_buffers'))).toEqual(new Set(['32MB']));
    await api.get(RetryOperationDocument, { id: operation });
    await fail(api, operation);
    expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', configurationVersion: 2 });
    await api.get(DeleteConfigurationDocument, { id: configurationId });
    const gone = await api.refused(RetryOperationDocument, { id: operation });
    expect(gone.extensions).toMatchObject({ code: 'NOT_FOUND' });
  }, 180_000);

  it('is put back also where it is taken while the server runs', async () => {
    const values = { max_connections: 40, max_worker_processes: 10, timezone: 'Nowhere/Nope' };
    const configurationId = await configurationOf(api, datastoreId, 'nowhere', values);
    const failed = await fail(api, await attach(api, id(), configurationId));
    expect(failed.message).toMatch(/Nowhere\/Nope/);
    expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', message: '' });
    expect(new Set(await inForce('timezone'))).toEqual(new Set(['UTC']));
  }, 60_000);
});

describe('cancelling', () => {
  it('in the middle puts back what was done, and the cluster is as before', async () => {
    const configurationId = await configurationOf(api, datastoreId, 'cancelled', { max_connections: 47 });
    const before = await configured(api, id());
    const operation = await attach(api, id(), configurationId);
    await reached(api, operation, 'restart PostgreSQL', 'DONE');
    await api.get(CancelOperationDocument, { id: operation });
    await follow(api, operation);
    const { operation: ended } = await api.get(OperationDocument, { id: operation });
    expect(ended).toMatchObject({ status: 'CANCELLED', error: null });
    expect(ended?.message).toMatch(/^cancelled .*put back on every node$/s);
    expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', configuration: before.configuration });
    expect(new Set(await inForce('max_connections'))).toEqual(new Set(['40']));
  }, 120_000);
});

describe('a control plane that is killed', () => {
  it('in the middle of a change: the next one goes on with it', async () => {
    const configurationId = await configurationOf(api, datastoreId, 'killed', { max_connections: 45 });
    const operation = await attach(api, id(), configurationId);
    await reached(api, operation, 'restart PostgreSQL', 'DONE');
    await plane.stop('SIGKILL');
    await api.close();
    await start();
    await succeed(api, operation);
    expect(new Set(await inForce('max_connections'))).toEqual(new Set(['45']));
    expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', configuration: { name: 'killed' } });
  }, 120_000);

  it('in the middle of putting back: the next one puts the rest back', async () => {
    const values = { shared_buffers: '8000GB', max_connections: 45 };
    const configurationId = await configurationOf(api, datastoreId, 'killed too', values);
    const operation = await attach(api, id(), configurationId);
    await reached(api, operation, 'restart PostgreSQL', 'FAILED');
    await plane.stop('SIGKILL');
    await api.close();
    await start();
    const failed = await fail(api, operation);
    expect(failed.message).toMatch(/put back on every node$/);
    expect(await configured(api, id())).toMatchObject({ status: 'ACTIVE', configuration: { name: 'killed' } });
    expect(new Set(await inForce('shared_buffers'))).toEqual(new Set(['32MB']));
  }, 120_000);
});

describe('detaching', () => {
  it('brings a cluster back to what it was made with; without a configuration it is refused', async () => {
    expect((await orderOf(api, id())).roles[0]).toBe('REPLICA');
    await succeed(api, await detach(api, id()));
    expect(new Set(await inForce('max_connections'))).toEqual(new Set(['50']));
    expect(await configured(api, id())).toMatchObject({ configuration: null, configurationVersion: null });
    await expect(detach(api, id())).rejects.toThrow(/no configuration is attached/);
  }, 120_000);
});
