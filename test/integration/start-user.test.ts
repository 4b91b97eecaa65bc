import { spawnSync } from 'node:child_process';
import { chmod, chown, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cluster, createCluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, postmasters, type LaunchOptions } from '../support/control-plane.js';
import { processesOf, reservationsOf, serversOf } from '../support/leftovers.js';
import { refusedStart } from '../support/refused-start.js';

const root = process.getuid?.() === 0;
const nobody = { uid: 65_534, gid: 65_534 };
/** A user without rights: as root somebody else, else we ourselves. */
const normal: LaunchOptions = root ? { user: nobody } : {};

/** Whether that user may run the program at all: a checkout below a closed directory is for its owner alone. */
const reaches = (): boolean => {
  const args = [
    '-e',
    'require("node:fs").accessSync(process.argv[1])',
    join(import.meta.dirname, '../../dist/src/main.js'),
  ];
  return !root || spawnSync(process.execPath, args, { ...nobody, cwd: '/' }).status === 0;
};
const asNormal = reaches() ? it : it.skip;

let dataDir: string;

async function theirs(mode: number): Promise<string> {
  const path = await makeDataDir();
  if (root) await chown(path, nobody.uid, nobody.gid);
  await chmod(path, mode);
  return path;
}

beforeAll(async () => {
  dataDir = await theirs(0o700);
});

afterAll(cleanUp);

describe('a normal user', () => {
  asNormal(
    'makes a cluster, whose processes are his, and deletes it',
    async () => {
      const plane = await ControlPlane.start(dataDir, {}, normal);
      const api = await plane.api();
      const { cluster: made, operation } = await createCluster(api, 'mine', 1);
      await succeed(api, operation.id);
      expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE' });
      const uid = root ? nobody.uid : process.getuid?.();
      const [database = 0] = await postmasters(join(dataDir, 'servers'));
      if (process.platform === 'linux') expect((await stat(`/proc/${database}`)).uid).toBe(uid);
      for (const name of await readdir(dataDir))
        expect([name, (await stat(join(dataDir, name))).uid]).toEqual([name, uid]);
      await deleteCluster(api, made.id);
      await plane.stop();
      expect(await serversOf(dataDir)).toEqual([]);
      expect(await reservationsOf(dataDir)).toEqual([]);
      expect(await processesOf(dataDir)).toEqual([]);
    },
    120_000,
  );

  asNormal('may be refused by the directory above, or by the directory itself, in one line', async () => {
    const closed = await theirs(0o500);
    expect(await refusedStart(join(closed, 'below'), {}, normal)).toMatch(/cannot make the data directory: EACCES/);
    expect(await refusedStart(closed, {}, normal)).toMatch(/cannot use the data directory: EACCES/);
    expect(await readdir(closed)).toEqual([]);
  });
});

describe('root', () => {
  const asRoot = root ? it : it.skip;

  asRoot(
    'runs the databases as another user',
    async () => {
      const own = await makeDataDir();
      const plane = await ControlPlane.start(own);
      const api = await plane.api();
      await succeed(api, (await createCluster(api, 'rooted', 1)).operation.id);
      const pids = await postmasters(own);
      expect(pids).toHaveLength(2);
      for (const pid of pids) expect((await stat(`/proc/${pid}`)).uid).not.toBe(0);
    },
    120_000,
  );

  asRoot('may not use the data directory of a normal user, and leaves it as it is', async () => {
    const before = await readdir(dataDir);
    expect(await refusedStart(dataDir)).toMatch(/belongs to another user/);
    expect(await readdir(dataDir)).toEqual(before);
  });
});
