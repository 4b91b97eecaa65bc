import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { OperationDocument, OperationProgressDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { cluster, createCluster, deleteCluster, succeed, type Created } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir, postmasters } from '../support/control-plane.js';

let dataDir: string;
let plane: ControlPlane;
let api: Api;

async function start(): Promise<void> {
  plane = await ControlPlane.start(dataDir);
  api = await plane.api();
}

/** Follows an operation until `count` of its steps are done; true when it has ended before. */
async function stepsDone(id: string, count: number): Promise<boolean> {
  const done = new Set<string>();
  for await (const { operationProgress } of api.watch(OperationProgressDocument, { id })) {
    const { step } = operationProgress;
    if (step?.status === 'DONE') done.add(step.id);
    if (done.size >= count) return false;
  }
  return true;
}

async function kill(): Promise<void> {
  await plane.stop('SIGKILL');
  await api.close();
}

const servers = (): Promise<string[]> =>
  readdir(join(dataDir, 'servers')).then((names) => names.filter((name) => !name.startsWith('.')));

/** A write on the primary, read again on every replica. */
async function provesItself({ credentials, cluster: { id } }: Created): Promise<void> {
  const { endpoints } = await cluster(api, id);
  const connect = async (port: number): Promise<pg.Client> => {
    const { username: user, password } = credentials;
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password,
      database: 'postgres',
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    return client;
  };
  const clients = await Promise.all(endpoints.map(({ port }) => connect(port)));
  try {
    const [primary, ...replicas] = clients;
    await primary?.query('CREATE TABLE proof AS SELECT 42 AS answer');
    const { rows } = (await primary?.query<{ lsn: string }>('SELECT pg_current_wal_lsn() AS lsn')) ?? { rows: [] };
    for (const replica of replicas) {
      await replica.query(
        `DO $$ BEGIN WHILE pg_last_wal_replay_lsn() < '${rows[0]?.lsn ?? ''}' LOOP PERFORM pg_sleep(0.01); END LOOP; END $$`,
      );
      expect((await replica.query('SELECT answer FROM proof')).rows).toEqual([{ answer: 42 }]);
    }
    expect(replicas).toHaveLength(2);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

beforeAll(async () => {
  dataDir = await makeDataDir();
  await start();
});

afterAll(cleanUp);

describe('kill -9 of the control plane', () => {
  it('at any step boundary of a three-node create: it goes on, and nothing is made twice', async () => {
    let over = false;
    for (let boundary = 0; !over; boundary += 1) {
      const created = await createCluster(api, `crash-${boundary}`, 3);
      over = await stepsDone(created.operation.id, boundary);
      await kill();
      await start();
      await succeed(api, created.operation.id);

      const found = await cluster(api, created.cluster.id);
      expect({ boundary, status: found.status, message: found.message }).toEqual({
        boundary,
        status: 'ACTIVE',
        message: '',
      });
      expect(found.instances.map(({ serverStatus }) => serverStatus)).toEqual(['ACTIVE', 'ACTIVE', 'ACTIVE']);
      expect((await servers()).sort()).toEqual(found.instances.map(({ server }) => server).sort());
      expect(await postmasters(join(dataDir, 'servers'))).toHaveLength(3);
      const { operation } = await api.get(OperationDocument, { id: created.operation.id });
      // One kill costs a step at most one attempt more, and a step that was done is not begun again.
      expect(operation?.steps.filter(({ attempts }) => attempts > 2)).toEqual([]);
      expect(operation?.steps.filter(({ attempts }) => attempts === 2).length).toBeLessThanOrEqual(3);
      await provesItself(created);

      await deleteCluster(api, created.cluster.id);
      expect(await servers()).toEqual([]);
      expect(await postmasters(join(dataDir, 'servers'))).toEqual([]);
    }
  }, 900_000);
});
