import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  DeleteClusterDocument,
  OperationDocument,
  RetryOperationDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, follow, reached, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { noTraces, processesOf, tracesOf } from '../support/leftovers.js';

let dataDir: string;
let api: Api;

beforeAll(async () => {
  dataDir = await makeDataDir();
  api = await (await ControlPlane.start(dataDir)).api();
}, 120_000);

afterAll(cleanUp);

/** Cancels a creation while one of its steps runs; the operation as it ended. */
async function cancelDuring({ operation: { id } }: Created, step: string) {
  await reached(api, id, step, 'RUNNING');
  const { cancelOperation } = await api.get(CancelOperationDocument, { id });
  expect(cancelOperation.message).toMatch(/it is being stopped|cancelled/);
  await follow(api, id);
  const { operation } = await api.get(OperationDocument, { id });
  if (operation == null) throw new Error('it is gone');
  return operation;
}

describe('a creation that is cancelled in the middle', () => {
  it('ends the step it is at, says what is done, goes on at a retry, and is deleted like any other', async () => {
    const made = await createCluster(api, 'retried', 2);
    const cancelled = await cancelDuring(made, 'initialise the database');
    expect(cancelled).toMatchObject({ status: 'CANCELLED', error: null });
    expect(cancelled.message).toMatch(
      /^cancelled (during|before) the step ".*"\. Done, and left as it is: make keys, /,
    );
    expect(cancelled.steps.filter(({ status }) => status === 'RUNNING' || status === 'FAILED')).toEqual([]);
    const commands = await Promise.all(
      (await processesOf(join(dataDir, 'servers'))).map((pid) =>
        readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''),
      ),
    );
    expect(commands.filter((command) => command.includes('initdb'))).toEqual([]);
    const done = cancelled.steps.filter(({ status }) => status === 'DONE').map(({ id }) => id);
    expect(await cluster(api, made.cluster.id)).toMatchObject({ status: 'ERROR', message: cancelled.message });
    const again = await api.refused(CancelOperationDocument, { id: cancelled.id });
    expect(again.extensions).toMatchObject({ code: 'CONFLICT', field: 'id' });

    await api.get(RetryOperationDocument, { id: cancelled.id });
    const events = await succeed(api, cancelled.id);
    expect(events.at(-1)?.operation).toMatchObject({ status: 'SUCCEEDED', progress: 100 });
    const { operation } = await api.get(OperationDocument, { id: cancelled.id });
    expect(operation?.steps.filter(({ id, attempts }) => done.includes(id) && attempts !== 1)).toEqual([]);
    const { status, message, instances } = await cluster(api, made.cluster.id);
    expect([status, message, instances.map(({ serverStatus }) => serverStatus)]).toEqual([
      'ACTIVE',
      '',
      ['ACTIVE', 'ACTIVE'],
    ]);
    await deleteCluster(api, made.cluster.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 180_000);

  it('is deleted with all that was made until then', async () => {
    const made = await createCluster(api, 'deleted', 3);
    expect(await cancelDuring(made, 'wait for server')).toMatchObject({ status: 'CANCELLED' });
    await deleteCluster(api, made.cluster.id);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 180_000);

  it('ends a deletion too, which is done by the next', async () => {
    const made = await createCluster(api, 'kept', 2);
    await succeed(api, made.operation.id);
    const { deleteCluster: deleting } = await api.get(DeleteClusterDocument, { id: made.cluster.id });
    await api.ask(CancelOperationDocument, { id: deleting.operation.id });
    await follow(api, deleting.operation.id);
    const { operation } = await api.get(OperationDocument, { id: deleting.operation.id });
    // It may have been faster than its cancel.
    if (operation?.status === 'CANCELLED') {
      expect((await cluster(api, made.cluster.id)).status).toBe('ERROR');
      await deleteCluster(api, made.cluster.id);
    }
    expect((await cluster(api, made.cluster.id)).status).toBe('DELETED');
    expect(await tracesOf(dataDir)).toEqual(noTraces);
  }, 180_000);

  it('tells whoever watches, and ends their subscriptions, once', async () => {
    const made = await createCluster(api, 'watched', 1);
    const watching = follow(api, made.operation.id);
    await cancelDuring(made, 'initialise the database');
    const statuses = (await watching).map(({ operation }) => operation.status);
    expect(statuses.filter((status) => status === 'CANCELLED')).toHaveLength(1);
    expect(statuses.at(-1)).toBe('CANCELLED');
    await api.get(RetryOperationDocument, { id: made.operation.id });
    await succeed(api, made.operation.id);
    await deleteCluster(api, made.cluster.id);
  }, 180_000);
});
