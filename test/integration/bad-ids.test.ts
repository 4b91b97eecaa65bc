import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  CancelOperationDocument,
  ClusterDocument,
  ClusterOperationsDocument,
  ClustersDocument,
  ClusterStatusDocument,
  DatastoreDocument,
  DeleteClusterDocument,
  InstanceDocument,
  OperationDocument,
  OperationProgressDocument,
  RetryOperationDocument,
  ServerStatusDocument,
} from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { refuses as refusesWith, type Document } from '../support/refusal.js';

let api: Api;
let made: Created;
const nobody = randomUUID();

beforeAll(async () => {
  api = await (await ControlPlane.start(await makeDataDir())).api();
  made = await createCluster(api, 'orders', 1);
  await succeed(api, made.operation.id);
}, 120_000);

afterAll(cleanUp);

const refuses = (document: Document, variables: object, code: string, field: string): Promise<void> =>
  refusesWith(api, document, variables, { code, field });

describe('lists refuse', () => {
  const cursors = [
    '',
    'garbage',
    'aWQ6eA',
    Buffer.from(`id:${nobody}:`).toString('base64url'),
    '\0',
    'a'.repeat(10_000),
  ];

  it.each([0, -1, 101, 2_147_483_647])('a page of %d entries', async (first) => {
    await refuses(ClustersDocument, { first }, 'BAD_USER_INPUT', 'first');
    await refuses(ClusterOperationsDocument, { id: made.cluster.id, first }, 'BAD_USER_INPUT', 'first');
  });

  it.each(cursors)('the cursor %j', async (after) => {
    await refuses(ClustersDocument, { after }, 'BAD_USER_INPUT', 'after');
    await refuses(ClusterOperationsDocument, { id: made.cluster.id, after }, 'BAD_USER_INPUT', 'after');
  });

  it('a page size that is no Int', async () => {
    await refuses(ClustersDocument, { first: 'all' }, 'BAD_USER_INPUT', 'first');
  });
});

describe('an id that there is not', () => {
  it.each([nobody, 'garbage', '', '\0', 'a'.repeat(10_000)])('is null in queries: %#', async (id) => {
    for (const document of [ClusterDocument, DatastoreDocument, InstanceDocument, OperationDocument]) {
      const { data, errors } = await api.ask<object, object>(document.toString(), { id });
      expect([Object.values(data ?? {}), errors]).toEqual([[null], undefined]);
    }
  });

  it.each([nobody, 'garbage', '', '\0'])('is NOT_FOUND in mutations: %#', async (id) => {
    for (const document of [DeleteClusterDocument, RetryOperationDocument, CancelOperationDocument])
      await refuses(document, { id }, 'NOT_FOUND', 'id');
  });

  it.each([nobody, 'garbage', '', '\0'])('is NOT_FOUND in subscriptions: %#', async (id) => {
    const first = async (events: AsyncGenerator): Promise<string> =>
      events.next().then(
        () => 'an event',
        (error: unknown) => String(error),
      );
    expect(await first(api.watch(OperationProgressDocument, { id }))).toMatch(/"code":"NOT_FOUND","field":"id"/);
    expect(await first(api.watch(ClusterStatusDocument, { id }))).toMatch(/"code":"NOT_FOUND","field":"id"/);
    const servers = await first(api.watch(ServerStatusDocument, { clusterId: id }));
    expect(servers).toMatch(/"code":"NOT_FOUND","field":"clusterId"/);
  });
});

describe('an operation that has succeeded', () => {
  it('is neither retried nor cancelled', async () => {
    const { id } = made.operation;
    await refuses(RetryOperationDocument, { id }, 'CONFLICT', 'id');
    await refuses(CancelOperationDocument, { id }, 'CONFLICT', 'id');
  });
});
