import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { loadManagers } from '../../../src/datastores/index.js';

const manager = `{
  id: 'flatfile', serviceName: 'flatfile', port: 7000, versions: ['1'],
  Settings: { safeParse: () => ({ success: true }) },
  uri: { scheme: 'flatfile', database: null, query: '' },
  plans: { prepare() {}, addNodes() {}, removeNodes() {}, start() {}, stop() {}, restart() {} },
  status() {}, parseStatus() {},
}`;
let directory: string;

const load = (text: string) => {
  const path = join(directory, `${String(Math.random())}.mjs`);
  writeFileSync(path, text);
  return loadManagers({ specifiers: path });
};

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'dtrove-managers-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the registry of managers', () => {
  test('has the built-in ones, and says what it has when asked for another', async () => {
    const { all, managerOf } = await loadManagers();
    expect(all.map(({ id }) => id)).toEqual(['postgres', 'mariadb', 'mysql', 'redis', 'valkey']);
    expect(managerOf('postgres').serviceName).toBe('postgresql');
    expect(() => managerOf('oracle')).toThrow(
      expect.objectContaining({
        code: 'BAD_USER_INPUT',
        field: 'manager',
        message: 'there is no manager oracle; there is: postgres, mariadb, mysql, redis, valkey',
      }),
    );
  });

  test('takes external ones: a manager, or what makes one from the kit; by path, more than one', async () => {
    const paths = ['one', 'two'].map((name) => join(directory, `${name}.mjs`));
    const [one = '', two = ''] = paths;
    writeFileSync(one, `export default ${manager};`);
    writeFileSync(two, `export default ({ templates }) => ({ ...${manager}, id: 'two', made: typeof templates });`);
    const { managerOf } = await loadManagers({ specifiers: ` ./${relative(process.cwd(), one)}, ${two} ,` });
    expect(managerOf('flatfile').port).toBe(7000);
    expect(managerOf('two')).toMatchObject({ made: 'function' });
  });

  test.each([
    [
      'plans.restart',
      `export default { ...${manager}, plans: { prepare() {}, addNodes() {}, removeNodes() {}, start() {}, stop() {} } };`,
    ],
    ['plans', `const { plans, ...rest } = ${manager}; export default rest;`],
    ['parseStatus', `const { parseStatus, ...rest } = ${manager}; export default rest;`],
    ['Settings', `const { Settings, ...rest } = ${manager}; export default rest;`],
    ['uri.scheme', `export default { ...${manager}, uri: { database: null, query: '' } };`],
  ])('one that lacks %s stops the start, naming it', async (what, text) => {
    await expect(load(text)).rejects.toThrow(
      new RegExp(`^DTROVE_DATASTORE_MANAGERS: the manager ${directory}/.* lacks ${what.replace('.', '\\.')}$`),
    );
  });

  test.each([
    ['port: Too big', `export default { ...${manager}, port: 70000 };`],
    ['id: must be lower-case letters', `export default { ...${manager}, id: 'Flat File' };`],
    ['versions: Too small', `export default { ...${manager}, versions: [] };`],
    ['status: must be a function', `export default { ...${manager}, status: true };`],
  ])('one with a wrong %s… stops the start', async (what, text) => {
    await expect(load(text)).rejects.toThrow(`has a wrong ${what}`);
  });

  test('what is no manager at all', async () => {
    await expect(load('export const x = 1;')).rejects.toThrow('has no manager as its default export');
    await expect(load('export default "postgres";')).rejects.toThrow('has no manager as its default export');
    await expect(load('throw new Error("no licence");')).rejects.toThrow(/cannot be loaded: no licence$/);
    await expect(loadManagers({ specifiers: 'dtrove-no-such-manager' })).rejects.toThrow(
      /^DTROVE_DATASTORE_MANAGERS: the manager dtrove-no-such-manager cannot be loaded: /,
    );
  });

  test('two of one id', async () => {
    await expect(load(`export default { ...${manager}, id: 'postgres' };`)).rejects.toThrow(
      'two managers are called postgres',
    );
  });
});
