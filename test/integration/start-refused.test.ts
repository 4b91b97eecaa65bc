import { once } from 'node:events';
import { chown, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cluster, createCluster, succeed, type Created } from '../support/clusters.js';
import { alive, cleanUp, ControlPlane, makeDataDir, postmasters, type Environment } from '../support/control-plane.js';
import { askStopped } from '../support/inventory.js';
import { refusedStart } from '../support/refused-start.js';

let dataDir: string;
let made: Created;
let database: number;
let masterKey: string;
const otherKey = 'another master key, of 32 characters or more';

beforeAll(async () => {
  dataDir = await makeDataDir();
  const plane = await ControlPlane.start(dataDir);
  const api = await plane.api();
  made = await createCluster(api, 'kept', 1);
  await succeed(api, made.operation.id);
  await api.close();
  await plane.stop();
  [database = 0] = await postmasters(join(dataDir, 'servers'));
  masterKey = (await readFile(join(dataDir, 'master-key'), 'utf8')).trim();
}, 120_000);

afterAll(cleanUp);

/** Starts rightly, and finds the earlier cluster with its database, which has run through all of it. */
async function startsRightly(env: Environment = {}): Promise<void> {
  const plane = await ControlPlane.start(dataDir, env);
  const api = await plane.api();
  expect(await cluster(api, made.cluster.id)).toMatchObject({ name: 'kept', status: 'ACTIVE', message: '' });
  await api.close();
  expect(await plane.stop()).toEqual({ code: 0, signal: null });
  expect(alive(database)).toBe(true);
}

/** Is refused in these words, leaves nothing running but the cluster, and hinders no later start. */
async function refused(words: RegExp, env: Environment = {}): Promise<void> {
  expect(await refusedStart(dataDir, env)).toMatch(words);
  expect(await postmasters(dataDir)).toEqual([database]);
}

describe('a start is refused, and nothing is damaged, where', () => {
  it('the port is taken', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    await refused(new RegExp(`port ${port} on 127.0.0.1 is taken .*DTROVE_PORT`), { DTROVE_PORT: String(port) });
    other.close();
    await startsRightly();
  }, 120_000);

  it('there is no such address', async () => {
    await refused(/DTROVE_HOST/, { DTROVE_HOST: 'no.such.host.invalid' });
  }, 120_000);

  it('the data directory is in use', async () => {
    const plane = await ControlPlane.start(dataDir);
    expect(await refusedStart(dataDir)).toMatch(new RegExp(`in use by another process, pid ${plane.pid}`));
    const api = await plane.api();
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ACTIVE' });
    await api.close();
    await plane.stop();
  }, 120_000);

  it('the schema is newer', async () => {
    const name = 'FromTheFuture9999999999999';
    await askStopped(dataDir, `INSERT INTO migrations (timestamp, name) VALUES (9999999999999, '${name}')`);
    await refused(new RegExp(`newer DTrove .*${name}`));
    await askStopped(dataDir, `DELETE FROM migrations WHERE name = '${name}'`);
    await startsRightly();
  }, 120_000);

  const asRoot = process.getuid?.() === 0 ? it : it.skip;
  asRoot(
    'the data directory belongs to another user (needs root, to give it away)',
    async () => {
      await chown(dataDir, 65_534, 65_534);
      await refused(/belongs to another user \(uid 65534, this is 0\)/);
      await chown(dataDir, 0, 0);
      await startsRightly();
    },
    120_000,
  );

  it.each([
    ['below a file', '/dev/null/dtrove', /cannot make the data directory: ENOTDIR/],
    ['where nobody can make one', '/proc/dtrove/data', /cannot make the data directory: /],
    ['a file', import.meta.filename, /cannot make the data directory: EEXIST/],
  ])('the data directory would be %s', async (_what, path, words) => {
    expect(await refusedStart(path)).toMatch(words);
  });

  it('a worker or an api has no database to share', async () => {
    for (const role of ['worker', 'api']) await refused(/^DTROVE_DATABASE_URL: /, { DTROVE_ROLE: role });
  });

  it.each([
    ['nobody listens', 'postgres://u:hush@127.0.0.1:1/x', /cannot open the database: connect ECONNREFUSED 127.0.0.1:1/],
    ['two addresses do not listen', 'postgres://u:hush@localhost:1/x', /cannot open the database: .*ECONNREFUSED/],
    ['there is no such host', 'postgres://u:hush@no.such.host.invalid/x', /cannot open the database: .*ENOTFOUND/],
    ['the URL is none', 'postgres://[', /cannot open the database: Invalid URL/],
  ])('DTROVE_DATABASE_URL is where %s', async (_what, url, words) => {
    const line = await refusedStart(dataDir, { DTROVE_DATABASE_URL: url });
    expect(line).toMatch(words);
    expect(line).not.toContain('hush');
  });

  it.each([
    ['postgres://u:hush@127.0.0.1:1/x', /DTROVE_JOBS_URL: connect ECONNREFUSED/],
    ['mongodb://127.0.0.1:1/x', /DTROVE_JOBS_URL: .*ECONNREFUSED/],
  ])(
    'the job store does not answer: %s',
    async (url, words) => {
      await refused(words, { DTROVE_JOBS_URL: url });
    },
    120_000,
  );
});

describe('the master key', () => {
  const wrong = /^the master key does not open the stored secrets: .*DTROVE_SECRET_KEY/;

  it('of another control plane opens nothing: refused', async () => {
    await refused(wrong, { DTROVE_SECRET_KEY: otherKey });
    await startsRightly();
  }, 120_000);

  it('that was replaced or lost opens nothing: refused', async () => {
    const file = join(dataDir, 'master-key');
    for (const text of [Buffer.alloc(32, 7).toString('base64'), 'short', '']) {
      await writeFile(file, text);
      await refused(text.length > 10 ? wrong : /master-key: give 32 bytes|master-key is empty/);
      expect(await readFile(file, 'utf8')).toBe(text);
    }
    await rm(file);
    await refused(wrong);
    await writeFile(file, `${masterKey}\n`);
    await startsRightly();
  }, 120_000);

  it('is rotated: the previous one opens, and from then on the new one alone does', async () => {
    await startsRightly({ DTROVE_SECRET_KEY: otherKey, DTROVE_SECRET_KEY_PREVIOUS: masterKey });
    await startsRightly({ DTROVE_SECRET_KEY: otherKey });
    await refused(wrong);
    await startsRightly({ DTROVE_SECRET_KEY: masterKey, DTROVE_SECRET_KEY_PREVIOUS: otherKey });
    await startsRightly();
  }, 120_000);

  it('is the right one, and what it wraps is damaged: refused', async () => {
    await askStopped(dataDir, `UPDATE data_key SET wrapped = wrapped || 'AAAA'`);
    await refused(/^the stored data key .* is damaged/);
    await askStopped(dataDir, `UPDATE data_key SET wrapped = left(wrapped, -4)`);
    await startsRightly();
  }, 120_000);
});
