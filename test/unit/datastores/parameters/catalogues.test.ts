import { describe, expect, test } from '@jest/globals';
import { loadManagers } from '../../../../src/datastores/index.js';
import { canonical, checkValue } from '../../../../src/datastores/parameters/value.js';

const { managerOf } = await loadManagers();

const known = [
  ['postgres', '15', 300],
  ['postgres', '16', 300],
  ['postgres', '17', 300],
  ['mariadb', '10.11', 450],
  ['mariadb', '11.8', 450],
  ['mysql', '8.0', 400],
  ['mysql', '9', 400],
  ['redis', '7', 150],
  ['redis', '8', 150],
  ['valkey', '8', 150],
] as const;

describe.each(known)('the catalogue of %s %s', (id, version, least) => {
  const manager = managerOf(id);
  const catalogue = manager.parameters?.catalogue(version);
  const parameters = catalogue?.parameters ?? [];
  const free = parameters.filter(({ managed }) => managed === null);
  const suffixes = (parameter: (typeof parameters)[number]) => manager.parameters?.suffixesOf(parameter) ?? {};

  test('has all parameters, each once, and says of which release', () => {
    expect(parameters.length).toBeGreaterThan(least);
    expect(new Set(parameters.map(({ name }) => name)).size).toBe(parameters.length);
    expect(catalogue?.taken).toMatch(new RegExp(` ${version.replace('.', '\\.')}\\b`));
  });

  test('has words for nearly all of them', () => {
    const silent = parameters.filter(({ description }) => description === '');
    expect(silent.length).toBeLessThan(parameters.length / (['redis', 'valkey'].includes(id) ? 2 : 8));
  });

  test('allows what the engine itself has, where a user may set it', () => {
    const wrong = free.flatMap((parameter) => {
      const { default: usual, type } = parameter;
      // What stands for "as it comes" is outside of some ranges.
      if (usual === null || usual === '' || ['STRING', 'LIST'].includes(type)) return [];
      const checked = checkValue(parameter, usual, suffixes(parameter));
      return 'wrong' in checked ? [`${parameter.name}: ${checked.wrong}`] : [];
    });
    expect(wrong.length).toBeLessThan(parameters.length / 30);
  });

  test('lets users set what the manager takes', () => {
    const values = Object.fromEntries(free.map(({ name }) => [name, 'x']));
    expect(manager.Settings.safeParse({ parameters: values }).error?.issues ?? []).toEqual([]);
    const refused = parameters
      .filter(({ managed, preset }) => managed !== null && preset !== true)
      .filter(({ name }) => manager.Settings.safeParse({ parameters: { [name]: 'x' } }).success);
    expect(refused).toEqual([]);
  });

  test('has only enumerations with values, and numbers with ranges the right way round', () => {
    for (const { type, values, min = -Infinity, max = Infinity } of parameters) {
      if (type === 'ENUM' || type === 'SET') expect(values?.length).toBeGreaterThan(0);
      expect(min).toBeLessThanOrEqual(max);
    }
  });

  test('knows the limits of the manager that it has', () => {
    const names = new Set(parameters.map(({ name }) => name));
    expect(manager.parameters?.limits.filter((name) => names.has(name))).not.toEqual([]);
  });

  test('tells the same of a default in any spelling', () => {
    for (const parameter of free)
      if (parameter.default !== null)
        expect(canonical(parameter, parameter.default, suffixes(parameter))).toBeDefined();
  });
});

test('what breaks the product’s own management is managed, with a reason', () => {
  const managedOf = (id: string, version: string, names: readonly string[]) =>
    names.map((name) =>
      managerOf(id)
        .parameters?.catalogue(version)
        ?.parameters.find((one) => one.name === name),
    );
  const all = [
    ...managedOf('postgres', '17', ['data_directory', 'port', 'ssl_key_file', 'archive_command', 'wal_level']),
    ...managedOf('mariadb', '11.8', ['datadir', 'port', 'ssl_key', 'binlog_format', 'read_only']),
    ...managedOf('mysql', '9', ['datadir', 'port', 'ssl_key', 'super_read_only', 'gtid_mode']),
    ...managedOf('redis', '8', ['dir', 'port', 'tls-key-file', 'aclfile', 'appendonly', 'replicaof']),
  ];
  for (const parameter of all) expect(parameter?.managed).toMatch(/./);
});

test('a version that nobody has asked has no catalogue', () => {
  expect(managerOf('postgres').parameters?.catalogue('14')).toBeNull();
});
