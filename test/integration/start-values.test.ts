import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, launch, makeDataDir } from '../support/control-plane.js';
import { refusedStart } from '../support/refused-start.js';

let dataDir: string;
let modules: string;

const provider = (parts: string) => `export default { id: 'mine', build: () => (${parts}) };`;
const files: Readonly<Record<string, string>> = {
  'no-plugin.mjs': 'export const nothing = 1;',
  'no-syntax.mjs': 'this is no JavaScript',
  'two-lines.mjs': 'throw new Error("one line\\nand another");',
  'no-build.mjs': 'export default { id: "mine", build: () => { throw new Error("no license"); } };',
  'lacks-destroy.mjs': provider(`{
    id: 'mine', init: 'systemd', supportsVolumes: false, supportsSnapshots: false, defaultFlavor: 'small',
    ...Object.fromEntries(['refuses', 'flavors', 'create', 'updateStatus', 'list', 'createVolume', 'attachVolume', 'snapshot', 'adopt', 'close'].map((name) => [name, () => undefined])),
  }`),
  'manager.mjs': `export default ({ z, sh }) => ({
    id: 'mine', serviceName: 'mine', port: 1, versions: ['1'], Settings: z.object({}),
    uri: { scheme: 'mine', database: null, query: '' },
    plans: Object.fromEntries(['prepare', 'addNodes', 'removeNodes', 'start', 'stop'].map((name) => [name, () => []])),
    status: () => sh\`true\`, parseStatus: () => ({}),
  });`,
};

beforeAll(async () => {
  dataDir = await makeDataDir();
  modules = await mkdtemp(join(tmpdir(), 'dtrove-modules-'));
  for (const [name, text] of Object.entries(files)) await writeFile(join(modules, name), text);
});

afterAll(async () => {
  await cleanUp();
  await rm(modules, { recursive: true });
});

// What the schema of the configuration says to each value is tested in test/unit/config.
describe('a bad value stops the start with one line that names it:', () => {
  it.each([
    ['DTROVE_PORT', 'abc'],
    ['DTROVE_METRICS_PORT', '70000'],
    ['DTROVE_ROLE', 'boss'],
    ['DTROVE_DATABASE_URL', 'mysql://here'],
    ['DTROVE_JOBS_URL', 'http://here'],
    ['DTROVE_SECRET_KEY', 'short'],
    ['DTROVE_SECRET_KEY_PREVIOUS', 'short'],
    ['DTROVE_TOKEN', 'short'],
    ['DTROVE_TOKEN', 'no header carries blanks'],
    ['DTROVE_PROVIDERS', 'no-such-package'],
    ['DTROVE_PROVIDER', 'no such package'],
    ['DTROVE_DATASTORE_MANAGERS', './no/such/file.js'],
    ['DTROVE_TEMPLATES_DIR', '/no/such/directory'],
    ['DTROVE_SSH_USER', 'two words'],
    ['DTROVE_MAX_CLUSTER_SIZE', '0'],
    ['DTROVE_LOCAL_PORTS', '20000-10000'],
    ['DTROVE_LOG_LEVEL', 'loud'],
    ['DTROVE_NONSENSE', 'anything'],
  ])('%s=%s', async (name, value) => {
    expect(await refusedStart(dataDir, { [name]: value })).toContain(name);
    expect(await readdir(join(dataDir, 'postgresql')).catch(() => [])).toEqual([]);
  });

  it('shows no secret that is wrong', async () => {
    for (const name of ['DTROVE_SECRET_KEY', 'DTROVE_TOKEN', 'DTROVE_DATABASE_URL'])
      expect(await refusedStart(dataDir, { [name]: 'hush-hush' })).not.toContain('hush-hush');
  });

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot.each(['root', 'no-such-user'])('DTROVE_LOCAL_USER=%s, as root', async (user) => {
    expect(await refusedStart(dataDir, { DTROVE_LOCAL_USER: user })).toContain('DTROVE_LOCAL_USER');
  });
});

describe('an external module', () => {
  it.each([
    ['DTROVE_PROVIDERS', 'no-plugin.mjs', /has no plug-in as its default export/],
    ['DTROVE_PROVIDERS', 'no-syntax.mjs', /cannot be loaded: /],
    ['DTROVE_PROVIDERS', 'two-lines.mjs', /cannot be loaded: one line; and another/],
    ['DTROVE_PROVIDERS', 'no-build.mjs', /cannot be built: no license/],
    ['DTROVE_PROVIDERS', 'lacks-destroy.mjs', /lacks a part of its contract: destroy is no method$/],
    ['DTROVE_DATASTORE_MANAGERS', 'no-plugin.mjs', /has no manager/],
    ['DTROVE_DATASTORE_MANAGERS', 'two-lines.mjs', /cannot be loaded: one line; and another/],
    ['DTROVE_DATASTORE_MANAGERS', 'manager.mjs', /lacks plans.restart$/],
  ])('of %s that is %s stops the start with one line', async (name, file, words) => {
    const path = join(modules, file);
    const line = await refusedStart(dataDir, { [name]: path });
    expect(line.startsWith(`${name}: `)).toBe(true);
    expect(line).toContain(path);
    expect(line).toMatch(words);
  });
});

describe('--help', () => {
  it('prints every variable with its default and its meaning, and starts nothing', async () => {
    const { ended, out, log } = launch(dataDir, { DTROVE_PORT: 'not even looked at' }, { args: ['--help'] });
    expect([await ended, log()]).toEqual([{ code: 0, signal: null }, '']);
    const entries = out()
      .split(/\n(?= {2}DTROVE_)/)
      .slice(1);
    expect(entries.length).toBeGreaterThan(25);
    for (const entry of entries) expect(entry).toMatch(/^ {2}DTROVE_[A-Z_]+\n {6}\S.{10,}\n {6}Default: \S+/);
    expect(out()).toMatch(/DTROVE_PORT\n.*\n {6}Default: 4000\n/);
  });
});
