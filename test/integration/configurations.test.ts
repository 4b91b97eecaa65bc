import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  ConfigurationDocument,
  ConfigurationParametersDocument,
  ConfigurationsDocument,
  CreateConfigurationDocument,
  DeleteConfigurationDocument,
  PlanConfigurationDocument,
  RegisterDatastoreDocument,
  ResetConfigurationDocument,
  RollbackConfigurationDocument,
  UpdateConfigurationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { postgres17 } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { configurationOf } from '../support/configurations.js';

let plane: ControlPlane;
let api: Api;
let datastoreId: string;

beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir());
  api = await plane.api();
  datastoreId = await postgres17(api);
});

afterAll(async () => {
  await api.close();
  await plane.stop();
  await cleanUp();
});

const refused = async (values: object) => {
  const input = { name: 'refused', datastoreId, values };
  const { message, extensions } = await api.refused(CreateConfigurationDocument, { input });
  return { message, ...extensions };
};

describe('the catalogue', () => {
  it('tells type, unit, range, default, restart and description of each parameter', async () => {
    const { configurationParameters: all } = await api.get(ConfigurationParametersDocument, { datastoreId });
    const named = (name: string) => all.find((one) => one.name === name);
    expect(named('work_mem')).toEqual({
      name: 'work_mem',
      type: 'INTEGER',
      unit: 'kB',
      min: 64,
      max: 2147483647,
      allowedValues: null,
      default: '4096',
      needsRestart: false,
      description: expect.stringMatching(/memory/),
      managed: false,
      managedReason: null,
    });
    expect(named('max_connections')).toMatchObject({ needsRestart: true, unit: null, managed: false });
    expect(named('wal_compression')).toMatchObject({ type: 'ENUM', allowedValues: expect.arrayContaining(['lz4']) });
    expect(named('data_directory')).toMatchObject({ managed: true, managedReason: expect.stringMatching(/files/) });
    expect(all.map(({ name }) => name)).toEqual(all.map(({ name }) => name).sort());
  });

  it('is that of a datastore there is, of a version that is known', async () => {
    const missing = await api.refused(ConfigurationParametersDocument, { datastoreId: 'x' });
    expect(missing.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'datastoreId' });
    const input = { manager: 'postgres', version: '18', image: 'local' };
    const { registerDatastore } = await api.get(RegisterDatastoreDocument, { input });
    const unknown = await api.refused(ConfigurationParametersDocument, { datastoreId: registerDatastore.id });
    expect(unknown).toMatchObject({ message: expect.stringMatching(/postgres 18 are not known/) });
    expect(unknown.extensions).toMatchObject({ code: 'NOT_SUPPORTED' });
  });
});

describe('a configuration', () => {
  it('keeps every version with who, when and what, and rolls back to any', async () => {
    const input = { name: 'history', datastoreId, description: 'of a test', values: { work_mem: '8MB', jit: 'off' } };
    const { createConfiguration: made } = await api.get(CreateConfigurationDocument, { input });
    const { id } = made;
    expect(made).toMatchObject({ version: 1, values: { jit: false, work_mem: '8MB' }, description: 'of a test' });
    await api.get(UpdateConfigurationDocument, { input: { id, values: { work_mem: '16MB', jit: null } } });
    await api.get(UpdateConfigurationDocument, { input: { id, values: { max_connections: 60 } } });
    await api.get(RollbackConfigurationDocument, { id, version: 1 });
    const { resetConfiguration } = await api.get(ResetConfigurationDocument, { id, names: ['jit'] });
    expect(
      resetConfiguration.history.map(({ version, reason, author, values }) => [version, reason, author, values]),
    ).toEqual([
      [5, 'reset', 'admin', { work_mem: '8MB' }],
      [4, 'rolled back to version 1', 'admin', { jit: false, work_mem: '8MB' }],
      [3, 'updated', 'admin', { max_connections: 60, work_mem: '16MB' }],
      [2, 'updated', 'admin', { work_mem: '16MB' }],
      [1, 'created', 'admin', { jit: false, work_mem: '8MB' }],
    ]);
    expect(resetConfiguration.history[1]?.changes).toEqual([
      { name: 'jit', from: null, to: false },
      { name: 'max_connections', from: 60, to: null },
      { name: 'work_mem', from: '16MB', to: '8MB' },
    ]);
    for (const { createdAt } of resetConfiguration.history)
      expect(Date.now() - new Date(createdAt).getTime()).toBeLessThan(60_000);
    const { resetConfiguration: empty } = await api.get(ResetConfigurationDocument, { id });
    expect(empty).toMatchObject({ version: 6, values: {} });
    const { configuration } = await api.get(ConfigurationDocument, { id });
    expect(configuration).toEqual(empty);
  });

  it('makes no version where no value changes; a name may change by itself', async () => {
    const id = await configurationOf(api, datastoreId, 'still', { work_mem: '8MB' });
    const { updateConfiguration } = await api.get(UpdateConfigurationDocument, {
      input: { id, name: 'stiller', values: { work_mem: '8MB' } },
    });
    expect(updateConfiguration).toMatchObject({ name: 'stiller', version: 1 });
  });

  it('takes names in whatever case, and takes out what it does not set, but not what there is not', async () => {
    const id = await configurationOf(api, datastoreId, 'taken out', { work_mem: '8MB' });
    const { updateConfiguration } = await api.get(UpdateConfigurationDocument, {
      input: { id, values: { jit: null } },
    });
    expect(updateConfiguration).toMatchObject({ version: 1 });
    const refused = await api.refused(UpdateConfigurationDocument, { input: { id, values: { wrok_mem: null } } });
    expect(refused.message).toMatch(/^values.wrok_mem: postgres 17 has no such parameter; did you mean work_mem\?/);
    expect(refused.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values.wrok_mem' });
  });

  it.each([
    [{ work_mem: 1 }, 'values.work_mem', /from 64 to/],
    [{ work_mem: 'a lot' }, 'values.work_mem', /must be a whole number/],
    [{ wrok_mem: '8MB' }, 'values.wrok_mem', /no such parameter; did you mean work_mem/],
    [{ listen_addresses: '*' }, 'values.listen_addresses', /set by DTrove itself, since it decides who gets in/],
  ])('%j is refused with words before anything is made', async (values, field, words) => {
    expect(await refused(values)).toMatchObject({
      code: 'BAD_USER_INPUT',
      field,
      message: expect.stringMatching(words),
    });
    const { configurations } = await api.get(ConfigurationsDocument, {});
    expect(configurations.map(({ name }) => name)).not.toContain('refused');
  });

  it.each([
    ['mariadb', '11.8', 'max_connections', 9, 'max_conections', 'datadir'],
    ['mysql', '9', 'max_connections', 100_001, 'max_conections', 'datadir'],
    ['redis', '8', 'maxmemory-samples', 65, 'maxmemory-sample', 'dir'],
    ['valkey', '8', 'maxmemory-samples', 0, 'maxmemory-sample', 'dir'],
  ])(
    'of %s %s refuses what is out of range, of another type, unknown or managed, all of it in one message',
    async (manager, version, name, outside, unknown, managed) => {
      const { registerDatastore } = await api.get(RegisterDatastoreDocument, {
        input: { manager, version, image: 'debian-13' },
      });
      const refusal = async (values: object) => {
        const input = { name: 'refused', datastoreId: registerDatastore.id, values };
        const { message, extensions } = await api.refused(CreateConfigurationDocument, { input });
        return [extensions?.code, extensions?.field, message];
      };
      const told = (field: string, words: RegExp) => [
        'BAD_USER_INPUT',
        `values.${field}`,
        expect.stringMatching(words),
      ];
      expect(await refusal({ [name]: outside })).toEqual(told(name, /from \d+ to \d+/));
      expect(await refusal({ [name]: 'many' })).toEqual(told(name, /must be a whole number/));
      expect(await refusal({ [unknown]: 10 })).toEqual(told(unknown, new RegExp(`did you mean ${name}`)));
      expect(await refusal({ [managed]: '/elsewhere' })).toEqual(told(managed, /set by DTrove itself/));
      const [code, , all] = await refusal({ [name]: outside, [unknown]: 10, [managed]: '/elsewhere' });
      expect([code, all]).toEqual([
        'BAD_USER_INPUT',
        expect.stringMatching(/from \d+ to .*did you mean|did you mean.*from \d+ to/s),
      ]);
    },
  );

  it.each([['text'], [['work_mem']], [7]])('values that are no object (%j) are refused', async (values) => {
    expect(await refused(values as object)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'values' });
  });

  it('a wrong value refuses an update as well, and leaves what there is', async () => {
    const id = await configurationOf(api, datastoreId, 'as it is', { work_mem: '8MB' });
    const input = { id, name: 'another', values: { work_mem: 1 } };
    expect((await api.refused(UpdateConfigurationDocument, { input })).extensions).toMatchObject({
      field: 'values.work_mem',
    });
    const { configuration } = await api.get(ConfigurationDocument, { id });
    expect(configuration).toMatchObject({ name: 'as it is', version: 1, values: { work_mem: '8MB' } });
  });

  it('a name is used once', async () => {
    await configurationOf(api, datastoreId, 'once', {});
    const input = { name: 'once', datastoreId, values: {} };
    const taken = await api.refused(CreateConfigurationDocument, { input });
    expect(taken.extensions).toMatchObject({ code: 'CONFLICT', field: 'name' });
  });

  it('is deleted with its history', async () => {
    const id = await configurationOf(api, datastoreId, 'gone', { work_mem: '8MB' });
    await api.get(DeleteConfigurationDocument, { id });
    expect((await api.get(ConfigurationDocument, { id })).configuration).toBeNull();
    for (const document of [DeleteConfigurationDocument, ResetConfigurationDocument])
      expect((await api.refused(document.toString(), { id })).extensions).toMatchObject({
        code: 'NOT_FOUND',
        field: 'id',
      });
    const back = await api.refused(RollbackConfigurationDocument, { id, version: 1 });
    expect(back.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('what is not there is said', async () => {
    const id = await configurationOf(api, datastoreId, 'versions', {});
    for (const version of [0, 2, -1])
      expect((await api.refused(RollbackConfigurationDocument, { id, version })).extensions).toMatchObject({
        code: 'NOT_FOUND',
        field: 'version',
      });
    const names = await api.refused(ResetConfigurationDocument, { id, names: ['work_mem'] });
    expect(names.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'names' });
    const plan = await api.refused(PlanConfigurationDocument, { clusterId: id });
    expect(plan.extensions).toMatchObject({ code: 'NOT_FOUND', field: 'clusterId' });
    const version = await api.refused(PlanConfigurationDocument, { clusterId: id, version: 1 });
    expect(version.extensions).toMatchObject({ code: 'BAD_USER_INPUT', field: 'version' });
  });
});
