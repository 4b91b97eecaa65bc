import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { OperationDocument, OperationProgressDocument } from '../operations/documents.js';
import { cluster, createCluster, deleteCluster, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, launch, makeDataDir, postmasters, type Launched } from '../support/control-plane.js';
import { processesOf } from '../support/leftovers.js';
import { until } from '../support/until.js';

afterAll(cleanUp);
afterEach(cleanUp);

const initialising = async (dataDir: string): Promise<boolean> =>
  (await readdir(join(dataDir, 'postgresql')).catch(() => [])).some((name) => name.startsWith('draft-'));

/** Stops what starts, the way a shell does it at Ctrl-C: the whole process group hears of it. */
function interrupt({ child: { pid = 0 } }: Launched, signal: NodeJS.Signals): void {
  process.kill(-pid, signal);
}

/** It stops as if it had never begun, and begins rightly the next time. */
async function stopsCleanly(dataDir: string, launched: Launched, signal: NodeJS.Signals): Promise<void> {
  interrupt(launched, signal);
  expect({ ...(await launched.ended), out: launched.out() }).toEqual({ code: 0, signal: null, out: '' });
  expect(
    launched
      .log()
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('{"level":30,')),
  ).toEqual([]);
  expect(await processesOf(dataDir)).toEqual([]);
  const plane = await ControlPlane.start(dataDir);
  expect((await fetch(`${plane.url}/readyz`)).status).toBe(200);
  expect(await plane.stop()).toEqual({ code: 0, signal: null });
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  it('while the database is being made: it stops cleanly, and the next start makes it', async () => {
    const dataDir = await makeDataDir();
    const launched = launch(dataDir, {}, { detached: true });
    await until('initdb runs', () => initialising(dataDir), 60_000);
    await stopsCleanly(dataDir, launched, signal);
  }, 120_000);

  it('while the rest starts: it stops cleanly, and the next start finds all', async () => {
    const dataDir = await makeDataDir();
    const launched = launch(dataDir, {}, { detached: true });
    await until('PostgreSQL runs', () => launched.log().includes('embedded PostgreSQL started'), 60_000);
    await stopsCleanly(dataDir, launched, signal);
  }, 120_000);

  it('while an operation runs: it stops within the grace, and the operation goes on at the next start', async () => {
    const dataDir = await makeDataDir();
    const grace = { DTROVE_GRACE_SECONDS: signal === 'SIGINT' ? '0' : '10' };
    const plane = await ControlPlane.start(dataDir, grace);
    const api = await plane.api();
    const { cluster: made, operation } = await createCluster(api, 'interrupted', 2);
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id: operation.id }))
      if (operationProgress.step?.name === 'initialise the database') break;
    const began = performance.now();
    expect(await plane.stop(signal)).toEqual({ code: 0, signal: null });
    // The grace, and what PostgreSQL and the sockets take to close.
    expect(performance.now() - began).toBeLessThan(25_000);
    expect(await postmasters(join(dataDir, 'postgresql'))).toEqual([]);

    const next = await ControlPlane.start(dataDir);
    const theirs = await next.api();
    await succeed(theirs, operation.id);
    expect(await cluster(theirs, made.id)).toMatchObject({ status: 'ACTIVE', message: '' });
    const { operation: ended } = await theirs.get(OperationDocument, { id: operation.id });
    expect(ended?.steps.filter(({ status }) => status !== 'DONE')).toEqual([]);
    await deleteCluster(theirs, made.id);
    await next.stop();
    expect(await processesOf(dataDir)).toEqual([]);
  }, 180_000);
});

describe('a second signal', () => {
  it('is none where npm passes on what the terminal has sent already: it stops cleanly', async () => {
    const dataDir = await makeDataDir();
    const plane = await ControlPlane.start(dataDir);
    process.kill(plane.pid, 'SIGINT');
    await until('it has heard the first', () => plane.log().includes('"msg":"stopping"'));
    expect(await plane.stop('SIGINT')).toEqual({ code: 0, signal: null });
    expect(await processesOf(dataDir)).toEqual([]);
  }, 60_000);

  it('ends it at once; what ran is found again', async () => {
    const dataDir = await makeDataDir();
    const plane = await ControlPlane.start(dataDir, { DTROVE_GRACE_SECONDS: '600' });
    const api = await plane.api();
    const { operation } = await createCluster(api, 'impatient', 1);
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id: operation.id }))
      if (operationProgress.step?.name === 'initialise the database') break;
    process.kill(plane.pid, 'SIGTERM');
    expect(await plane.stop('SIGINT')).toEqual({ code: 1, signal: null });
    const next = await ControlPlane.start(dataDir);
    await succeed(await next.api(), operation.id);
  }, 120_000);
});
