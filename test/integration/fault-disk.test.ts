import { execFile } from 'node:child_process';
import { rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RetryOperationDocument } from '../operations/documents.js';
import { cluster, createCluster, deleteCluster, fail, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { endProcesses, noTraces, tracesOf } from '../support/leftovers.js';

const run = promisify(execFile);
const megabyte = 1024 * 1024;
let dataDir: string;
let plane: ControlPlane | null = null;
let mounted = false;

beforeAll(async () => {
  dataDir = await makeDataDir();
  mounted = await run('mount', ['-t', 'tmpfs', '-o', 'size=256m,mode=0755', 'tmpfs', dataDir]).then(
    () => true,
    () => false,
  );
  if (mounted) plane = await ControlPlane.start(dataDir);
}, 120_000);

afterAll(async () => {
  await plane?.stop('SIGKILL');
  await endProcesses(dataDir);
  if (mounted) await run('umount', ['-l', dataDir]);
  await cleanUp();
});

/** Only root may mount, and not in every container: without a small disk there is nothing to fill. */
const onSmallDisk = (name: string, test: (control: ControlPlane) => Promise<void>): void => {
  it(
    name,
    async () => {
      if (plane === null) process.stderr.write(`not tested, as this machine mounts no file system for us: ${name}\n`);
      else await test(plane);
    },
    180_000,
  );
};

/** Fills the disk, on which the control plane's own database is as well, but for so many MB. */
async function leave(free: number): Promise<void> {
  const { bavail, bsize } = await statfs(dataDir);
  await writeFile(join(dataDir, 'ballast'), Buffer.alloc(bavail * bsize - free * megabyte));
}

const makeRoom = (): Promise<void> => rm(join(dataDir, 'ballast'));

describe('a disk that gets full while a cluster is made', () => {
  onSmallDisk('fails the operation in the words of PostgreSQL; with room again it goes on', async (control) => {
    const api = await control.api();
    await leave(10);
    const { cluster: made, operation } = await createCluster(api, 'full', 1);
    const failed = await fail(api, operation.id);
    const words = /^step "initialise the database" on full-1 failed: .*No space left on device/s;
    expect(failed.message).toMatch(words);
    expect(failed.steps.find(({ status }) => status === 'FAILED')?.output).toContain('No space left on device');
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ERROR', message: failed.message });
    await makeRoom();
    await api.get(RetryOperationDocument, { id: operation.id });
    await succeed(api, operation.id);
    expect(await cluster(api, made.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  });

  onSmallDisk('fails the copy to a replica likewise; deleting needs no room and leaves nothing', async (control) => {
    const api = await control.api();
    await leave(44);
    const { cluster: made, operation } = await createCluster(api, 'half', 2);
    expect((await fail(api, operation.id)).message).toMatch(/ on half-[12] failed: .*No space left on device/s);
    await deleteCluster(api, made.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
    await makeRoom();
  });
});
