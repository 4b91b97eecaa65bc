import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DatastoresDocument } from '../operations/documents.js';
import { createCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { until } from '../support/until.js';

afterAll(cleanUp);

describe('an embedded PostgreSQL that dies by itself', () => {
  it('is started again: the control plane answers as before, and goes on with its work', async () => {
    const dataDir = await makeDataDir();
    const plane = await ControlPlane.start(dataDir);
    const api = await plane.api();
    const { operation } = await createCluster(api, 'survivor', 1);
    const pid = Number((await readFile(join(dataDir, 'postgresql/data/postmaster.pid'), 'utf8')).split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    await until('it is told', () => plane.log().includes('has died; it is started again'));
    await until('it answers again', async () => (await api.ask(DatastoresDocument, {})).errors === undefined);
    await until('it is ready', async () => (await fetch(`${plane.url}/readyz`)).status === 200);
    await succeed(api, operation.id);
    await api.close();
    expect(await plane.stop()).toEqual({ code: 0, signal: null });
  });
});
