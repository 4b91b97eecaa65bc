import { describe, expect, test } from '@jest/globals';
import { settingsText, usersText } from '../../../../src/datastores/redis/files.js';
import { redisFlavour } from '../../../../src/datastores/redis/flavour.js';
import { layoutOf } from '../../../../src/datastores/redis/layout.js';
import { quoteSetting, quoteWord } from '../../../../src/datastores/redis/quoting.js';
import { Settings } from '../../../../src/datastores/redis/settings.js';
import { maxmemoryOf } from '../../../../src/datastores/redis/size.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import { cluster, node as localNode } from '../../../support/cluster-view.js';

const node = (n: number) => ({ ...localNode(n, { init: 'systemd', runDir: '/run' }), addr: `10.0.0.${n}`, port: 6379 });
const template = templatesIn()('redis', '8', quoteSetting);
const text = (n: number, settings = {}) => {
  const wish = cluster([node(1), node(2)], { version: '8', settings });
  return settingsText(template, wish, node(n), layoutOf(redisFlavour, node(n)));
};

describe('files of Redis', () => {
  test('the settings of a primary and of a replica', () => {
    expect(text(1)).toMatchSnapshot();
    const more = text(2)
      .split('\n')
      .filter((line) => !text(1).includes(line));
    expect(more).toEqual([
      'bind "10.0.0.2"',
      'replicaof "10.0.0.1" 6379',
      'masteruser "replicator"',
      'masterauth "replication-pass-word"',
      'replica-read-only yes',
    ]);
  });

  test('parameters come last, each word quoted', () => {
    const parameters = { hz: 25, 'lazyfree-lazy-eviction': true, 'client-output-buffer-limit': ['normal', 0, 0, 0] };
    expect(text(1, { parameters }).endsWith('\nhz 25\nlazyfree-lazy-eviction yes\n' + last)).toBe(true);
  });
  const last = 'client-output-buffer-limit "normal" 0 0 0\n';

  test('users have hashes in place of passwords', () => {
    const users = usersText(cluster([node(1)]), node(1));
    expect(users).toMatchSnapshot();
    expect(users).not.toContain('pass-word');
  });

  test.each([
    ['plain', '"plain"'],
    ['', '""'],
    [`"it's" \\ #1`, `"\\"it's\\" \\\\ #1"`],
    ['two\r\nlines\tand\u0007', '"two\\r\\nlines\\tand\\x07"'],
    ['größe', '"größe"'],
  ])('the word %j', (word, quoted) => {
    expect(quoteWord(word)).toBe(quoted);
  });

  test('what no file can hold is refused', () => {
    expect(() => quoteSetting('\0')).toThrow('NUL');
    for (const value of [null, NaN, {}]) expect(() => quoteSetting(value)).toThrow(TypeError);
  });

  test('a share of the memory', () => {
    expect(maxmemoryOf({ memoryMb: 1024 })).toBe('614mb');
    expect(maxmemoryOf({ memoryMb: 64 })).toBe('64mb');
  });

  test.each(['requirepass', 'tls-port', 'user', 'rename-command', 'Port', 'a b', 'enable-debug-command'])(
    'the parameter %s is refused',
    (name) => {
      expect(Settings.safeParse({ parameters: { [name]: 'x' } }).success).toBe(false);
    },
  );
});
