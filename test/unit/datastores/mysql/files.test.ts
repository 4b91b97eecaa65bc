import { describe, expect, test } from '@jest/globals';
import { serverIdOf, settingsText } from '../../../../src/datastores/mysql/files.js';
import { layoutOf } from '../../../../src/datastores/mysql/layout.js';
import { mariadbFlavour } from '../../../../src/datastores/mysql/mariadb.js';
import { mysqlFlavour } from '../../../../src/datastores/mysql/mysql.js';
import { account, literal, quoteSetting } from '../../../../src/datastores/mysql/quoting.js';
import { Settings } from '../../../../src/datastores/mysql/settings.js';
import { sizeOf } from '../../../../src/datastores/mysql/size.js';
import { templatesIn } from '../../../../src/datastores/templates.js';
import { cluster, node as localNode } from '../../../support/cluster-view.js';

const node = (n: number) => ({ ...localNode(n, { init: 'systemd', runDir: '/run' }), addr: `10.0.0.${n}`, port: 3306 });
const text = (flavour: typeof mariadbFlavour, n: number, settings = {}) => {
  const [version = ''] = flavour.versions;
  const wish = cluster([node(1), node(2)], { version, settings });
  const template = templatesIn()(flavour.id, version, quoteSetting);
  return settingsText(template, wish, node(n), layoutOf(flavour, node(n)));
};
const differ = (one: string, other: string) => one.split('\n').filter((line) => !other.split('\n').includes(line));

describe.each([mariadbFlavour, mysqlFlavour])('files of $title', (flavour) => {
  test('the settings of a primary and of a replica', () => {
    expect(text(flavour, 1)).toMatchSnapshot();
    expect(differ(text(flavour, 2), text(flavour, 1))).toMatchSnapshot();
  });

  test('semi-synchronous on request: the primary waits, a replica answers', () => {
    const wish = { semiSync: true };
    expect(differ(text(flavour, 1, wish), text(flavour, 1))).toMatchSnapshot();
    expect(differ(text(flavour, 2, wish), text(flavour, 2))).toMatchSnapshot();
    expect(text(flavour, 1)).not.toContain('semi_sync');
  });

  test('parameters come last, each value quoted', () => {
    const parameters = { wait_timeout: 25, autocommit: false, init_file_name: 'a "b" #1' };
    expect(text(flavour, 1, { parameters }).endsWith(last)).toBe(true);
  });
  const last = '\nwait_timeout = 25\nautocommit = OFF\ninit_file_name = "a \\"b\\" #1"\n';

  test('hold no secret', () => {
    expect(text(flavour, 2)).not.toContain('pass-word');
  });
});

describe('what MariaDB and MySQL share', () => {
  test.each([
    ['plain', '"plain"'],
    ['', '""'],
    [`"it's" \\ #1`, `"\\"it's\\" \\\\ #1"`],
    ['two\r\nlines\tand\b', '"two\\r\\nlines\\tand\\b"'],
    ['größe', '"größe"'],
    [12, '12'],
    [true, 'ON'],
  ])('the setting %j', (value, quoted) => {
    expect(quoteSetting(value)).toBe(quoted);
  });

  test('what no file can hold is refused', () => {
    for (const value of [null, NaN, {}, '\0', '\u0007']) expect(() => quoteSetting(value)).toThrow(TypeError);
  });

  test('texts and names in SQL', () => {
    expect(literal(`it's \\`)).toBe(`'it''s \\\\'`);
    expect(account('admin')).toBe(`'admin'@'%'`);
    for (const name of ['root', 'mysql', '', `o'hara`, 'x'.repeat(33)]) {
      expect(() => account(name)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' }));
    }
  });

  test('a share of the memory', () => {
    const size = (memoryMb: number, cpus = 2) => sizeOf({ memoryMb, cpus });
    expect(size(512)).toEqual({
      bufferPool: '179M',
      redoLog: '96M',
      maxConnections: 100,
      performanceSchema: false,
      appliers: 2,
    });
    expect(size(4096, 4)).toEqual({
      bufferPool: '2048M',
      redoLog: '512M',
      maxConnections: 512,
      performanceSchema: true,
      appliers: 4,
    });
    expect(size(65_536, 32)).toEqual({
      bufferPool: '42598M',
      redoLog: '4096M',
      maxConnections: 2000,
      performanceSchema: true,
      appliers: 16,
    });
  });

  test('a number of its own for each node, the same for ever', () => {
    expect(serverIdOf(node(1))).toBe(serverIdOf({ id: node(1).id }));
    const ids = Array.from({ length: 1000 }, (_, i) => serverIdOf({ id: `node ${i}` }));
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id >= 1 && id < 2 ** 32).toBe(true);
  });

  test.each([
    'datadir',
    'bind_address',
    'bind_addr',
    'ssl_ca',
    'server_id',
    'gtid_mode',
    'rpl_semi_sync_master_enabled',
    'read_only',
    'skip_grant_tables',
    'loose_datadir',
    'sync_binlog',
  ])('the parameter %s is refused: it is set by DTrove', (name) => {
    const { error } = Settings.safeParse({ parameters: { [name]: 'x' } });
    expect(error?.issues[0]?.message ?? JSON.stringify(error)).toMatch(/set by DTrove itself|Invalid key/);
  });

  test.each(['max_connections', 'innodb_buffer_pool_size', 'sql_mode', 'wait_timeout', 'character_set_server'])(
    'the parameter %s may be set',
    (name) => {
      expect(Settings.safeParse({ parameters: { [name]: 'x' } }).success).toBe(true);
    },
  );

  test.each(['Max_connections', 'a b', 'max-connections', '[mysqld]', 'x\ny'])('%j is no name', (name) => {
    expect(Settings.safeParse({ parameters: { [name]: 'x' } }).success).toBe(false);
  });
});
