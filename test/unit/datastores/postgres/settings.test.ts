import { describe, expect, test } from '@jest/globals';
import { hbaText, settingsText } from '../../../../src/datastores/postgres/files.js';
import {
  conninfo,
  identifier,
  literal,
  passfileField,
  quoteSetting,
} from '../../../../src/datastores/postgres/quoting.js';
import { Settings } from '../../../../src/datastores/postgres/settings.js';
import { sizeOf } from '../../../../src/datastores/postgres/size.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import { cluster, node } from '../../../support/cluster-view.js';

describe('quoting', () => {
  test.each([
    ['plain', `'plain'`],
    [`it's`, `'it''s'`],
    ['C:\\data', `'C:\\\\data'`],
    ['two\nlines', `'two\\nlines'`],
    ['', `''`],
    [3.5, '3.5'],
    [true, 'on'],
    [false, 'off'],
  ])('a setting %j', (value, text) => {
    expect(quoteSetting(value)).toBe(text);
  });

  test.each([[null], [undefined], [Number.NaN], [['a']], ['nul\0']])('%j is no setting', (value) => {
    expect(() => quoteSetting(value)).toThrow(TypeError);
  });

  test('connection strings, SQL and password files', () => {
    expect(conninfo({ host: `o'neil`, port: 5432, path: 'a\\b' })).toBe(`host='o\\'neil' port='5432' path='a\\\\b'`);
    expect(identifier('a"b')).toBe('"a""b"');
    expect(literal(`it's`)).toBe(`'it''s'`);
    expect(passfileField('a:b\\c')).toBe('a\\:b\\\\c');
  });
});

describe('settings', () => {
  const template = templatesIn()('postgres', '17', quoteSetting);

  test('of a replica, word for word', () => {
    const view = cluster([node(1), node(2)]);
    expect(settingsText(template, view, node(2))).toMatchSnapshot();
    expect(hbaText(view)).toMatchSnapshot();
  });

  test('a parameter of the user comes last, so that it wins', () => {
    const view = cluster([node(1)], {
      settings: { parameters: { max_connections: 77, 'auto_explain.log_format': `j'son` } },
    });
    const text = settingsText(template, view, node(1));
    expect(text.trimEnd().split('\n').slice(-2)).toEqual([
      'max_connections = 77',
      `auto_explain.log_format = 'j''son'`,
    ]);
  });

  test('only a replica names its primary', () => {
    const view = cluster([node(1), node(2)]);
    expect(settingsText(template, view, node(1))).not.toContain('primary_');
    expect(settingsText(template, view, node(2))).toContain(`primary_slot_name = 'dtrove_000000000002'\n`);
  });

  test.each([
    'ssl',
    'ssl_ciphers',
    'port',
    'hba_file',
    'fsync',
    'primary_conninfo',
    'include',
    'Work_Mem',
    'a b',
    'x\ny',
  ])('the parameter %j is refused', (name) => {
    expect(Settings.safeParse({ parameters: { [name]: 'x' } }).success).toBe(false);
  });

  test('nothing given is fine, and something else than parameters is not', () => {
    expect(Settings.parse({})).toEqual({ parameters: {} });
    expect(Settings.safeParse({ parameter: {} }).success).toBe(false);
  });
});

describe('size', () => {
  test('many servers of `local` share one computer', () => {
    expect(sizeOf({ init: 'local', memoryMb: 64_000, cpus: 32 })).toMatchObject({
      sharedBuffers: '32MB',
      maxConnections: 50,
    });
  });

  test('a server of its own gives its memory to PostgreSQL', () => {
    expect(sizeOf({ init: 'systemd', memoryMb: 8192, cpus: 4 })).toMatchObject({
      sharedBuffers: '2048MB',
      effectiveCacheSize: '6144MB',
      workMem: '30MB',
      maintenanceWorkMem: '512MB',
      maxParallelWorkers: 4,
    });
  });

  test('what a replica must have as much of as its primary does not depend on the server', () => {
    const [small, large] = [1024, 262_144].map((memoryMb) =>
      sizeOf({ init: 'systemd', memoryMb, cpus: memoryMb / 1024 }),
    );
    expect(small?.maxConnections).toBe(large?.maxConnections);
    expect(small?.maxWorkerProcesses).toBe(large?.maxWorkerProcesses);
  });
});
