import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OrphansDocument, RestartClusterDocument } from '../operations/documents.js';
import { startEmbedded } from '../../src/db/embedded/server.js';
import { serviceUser } from '../../src/db/embedded/service-user.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, type Environment } from '../support/control-plane.js';
import { quiet } from '../support/log.js';
import { refusedStart } from '../support/refused-start.js';
import { until } from '../support/until.js';

/** What docs/operating.md tells operators to do, done. */

const run = promisify(execFile);
const program = join(import.meta.dirname, '../../dist/src/rotate-master-key.js');

let dataDir: string;
let backup: string;
let made: Created;
let later: Created;

const environment = (env: Environment = {}) => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(DTROVE_|NODE_OPTIONS)/.test(name))),
  ...{ DTROVE_DATA_DIR: dataDir, ...env },
});
const rotate = (env: Environment = {}) => run(process.execPath, [program], { env: environment(env) });
const file = (name: string): string => join(dataDir, name);
const keyIn = async (name: string): Promise<string> => (await readFile(file(name), 'utf8')).trim();

/** Copies what a control plane is, apart from its servers; the directory of PostgreSQL may be a link. */
async function copy(from: string, to: string): Promise<void> {
  await mkdir(join(to, 'postgresql'), { recursive: true });
  await run('cp', ['-a', `${from}/postgresql/.`, `${to}/postgresql/`]);
  for (const name of ['master-key', 'admin-token']) await run('cp', ['-a', join(from, name), to]);
}

/** Starts, and works on the cluster: over SSH with its stored key, with its stored passwords. */
async function manages(env: Environment = {}, more?: (api: Api) => Promise<void>): Promise<void> {
  const plane = await ControlPlane.start(dataDir, env);
  const api = await plane.api();
  try {
    const { restartCluster } = await api.get(RestartClusterDocument, { id: made.cluster.id });
    await succeed(api, restartCluster.operation.id);
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    await more?.(api);
  } finally {
    await api.close();
    await plane.stop();
  }
}

beforeAll(async () => {
  dataDir = await makeDataDir();
  backup = await makeDataDir();
  const plane = await ControlPlane.start(dataDir);
  const api = await plane.api();
  made = await createCluster(api, 'kept', 1);
  await succeed(api, made.operation.id);
  await api.close();
  await plane.stop();
}, 120_000);

afterAll(cleanUp);

describe('a backup of the stopped control plane', () => {
  it('brings it back: its clusters are managed as before, and what came later is an orphan, which is left alone', async () => {
    await copy(dataDir, backup);
    await manages({}, async (api) => {
      later = await createCluster(api, 'later', 1);
      await succeed(api, later.operation.id);
    });
    for (const name of ['master-key', 'admin-token']) await rm(file(name));
    await run('find', [`${dataDir}/postgresql/`, '-mindepth', '1', '-delete']);
    await copy(backup, dataDir);
    await manages({ DTROVE_ORPHAN_SECONDS: '31536000', DTROVE_REAPER_SECONDS: '1' }, async (api) => {
      const [orphan] = await until('the orphan is seen', async () => {
        const { orphans } = await api.get(OrphansDocument, {});
        return orphans.length > 0 ? orphans : null;
      });
      expect(orphan).toMatchObject({ clusterId: later.cluster.id });
    });
  }, 120_000);
});

describe('npm run rotate-master-key', () => {
  it('makes a new key in place of the old one, which is needed no more', async () => {
    const before = await keyIn('master-key');
    const { stdout } = await rotate();
    expect(stdout).toMatch(/^\d+ rows sealed anew, 1 old data key\(s\) destroyed: the master key is [0-9a-f]{12}, in /);
    expect(await keyIn('master-key')).not.toBe(before);
    expect(await keyIn('master-key.previous')).toBe(before);
    expect(stdout).not.toContain(await keyIn('master-key'));
    await rm(file('master-key.previous'));
    await manages();
  }, 120_000);

  it('that is killed goes on when it is run again; a start in between is refused in words', async () => {
    const child = spawn(process.execPath, [program], { env: environment(), stdio: 'ignore' });
    const ended = once(child, 'close');
    await until('it has begun', () => existsSync(file('master-key.next')));
    child.kill('SIGKILL');
    await ended;
    if (existsSync(file('master-key.next')))
      expect(await refusedStart(dataDir)).toMatch(/rotation of the master key was interrupted: .*rotate-master-key/);
    await rotate();
    expect(existsSync(file('master-key.next'))).toBe(false);
    await manages();
  }, 120_000);

  it('takes both keys from the environment where one is set there', async () => {
    const [old, next] = [await keyIn('master-key'), 'the new master key, of 32 characters or more'];
    await expect(rotate({ DTROVE_SECRET_KEY: next })).rejects.toMatchObject({
      stderr: expect.stringMatching(/^dtrove: DTROVE_SECRET_KEY_PREVIOUS: set it to the master key/) as unknown,
    });
    const { stdout } = await rotate({ DTROVE_SECRET_KEY: next, DTROVE_SECRET_KEY_PREVIOUS: old });
    expect(stdout).toContain('DTROVE_SECRET_KEY_PREVIOUS is no longer needed');
    const again = await rotate({ DTROVE_SECRET_KEY: next });
    expect(again.stdout).toMatch(/^nothing to do: /);
    await manages({ DTROVE_SECRET_KEY: next });
    await rotate({ DTROVE_SECRET_KEY: old, DTROVE_SECRET_KEY_PREVIOUS: next });
    await manages();
  }, 120_000);

  it('is refused while the control plane runs, and where there is no key', async () => {
    const before = await keyIn('master-key');
    const plane = await ControlPlane.start(dataDir);
    await expect(rotate()).rejects.toMatchObject({ stderr: expect.stringMatching(/in use by another/) as unknown });
    await plane.stop();
    expect(await keyIn('master-key')).toBe(before);
    const empty = await makeDataDir();
    await expect(rotate({ DTROVE_DATA_DIR: empty })).rejects.toMatchObject({
      stderr: expect.stringMatching(/^dtrove: there is no master key in /) as unknown,
    });
    expect(existsSync(join(empty, 'postgresql'))).toBe(false);
  }, 120_000);

  it('is refused while processes work on a PostgreSQL of their own', async () => {
    const elsewhere = await makeDataDir();
    const database = await startEmbedded({ dataDir: elsewhere, user: await serviceUser(), log: quiet });
    const own = { DTROVE_DATA_DIR: await makeDataDir(), DTROVE_DATABASE_URL: database.url };
    const plane = await ControlPlane.start(own.DTROVE_DATA_DIR, { ...own, DTROVE_ROLE: 'api' });
    await expect(rotate(own)).rejects.toMatchObject({
      stderr: expect.stringMatching(/^dtrove: DTrove runs on this database: stop all of its processes/) as unknown,
    });
    await plane.stop();
    await until('its connections are gone', () =>
      rotate(own).then(
        () => true,
        () => false,
      ),
    );
    await database.stop();
  }, 120_000);
});
