import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClusterStatusDocument, OperationProgressDocument } from '../operations/documents.js';
import { Api } from '../support/api.js';
import { createCluster, follow, succeed, type OperationEvent } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { RawSocket } from '../support/raw-socket.js';
import { until } from '../support/until.js';

let plane: ControlPlane;
let api: Api;

beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir(), { DTROVE_SUBSCRIBER_QUEUE: '5' });
  api = await plane.api();
});

afterAll(async () => {
  await api.close();
  await plane.stop();
  await cleanUp();
});

async function metric(name: string): Promise<number> {
  const text = await (await fetch(`${plane.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? NaN);
}

/** Answers of a megabyte and more: a few of them fill every buffer between the two processes. */
const heavy = `subscription Heavy($id: ID!) {
  operationProgress(id: $id) {
    operation { ${Array.from({ length: 600 }, (_, i) => `s${i}: steps { id name status message output instance { id name } }`).join(' ')} }
  }
}`;

describe('a subscriber that does not read', () => {
  it('is disconnected with a close code; the others miss nothing, and it finds everything again', async () => {
    const { operation } = await createCluster(api, 'stalled', 3);
    const stalled = await RawSocket.login(plane.url, api.token ?? '');
    stalled.subscribe('1', heavy, { id: operation.id });
    await stalled.next();
    stalled.socket.pause();

    const seen: OperationEvent[] = await follow(api, operation.id);
    expect(seen.at(-1)?.operation.status).toBe('SUCCEEDED');

    await until('it is cut off', () => plane.log().includes('does not read'));
    stalled.socket.resume();
    expect([1013, 1006]).toContain((await stalled.closed).code);
    await until('its connection is gone', async () => (await metric('dtrove_websocket_clients')) === 0);
    expect((await fetch(`${plane.url}/readyz`)).status).toBe(200);

    const again = await plane.api();
    expect(await follow(again, operation.id)).toEqual(seen);
    await again.close();
  });
});

describe('many subscribers', () => {
  it('all see each event once and in order, and leave nothing behind', async () => {
    const { operation } = await createCluster(api, 'crowd', 1);
    const clients = Array.from({ length: 20 }, () => new Api(plane.url, api.token));
    const streams = await Promise.all(
      clients.flatMap((client) => Array.from({ length: 10 }, () => follow(client, operation.id))),
    );
    const replayed = JSON.stringify(await follow(api, operation.id));
    expect(streams.filter((events) => JSON.stringify(events) !== replayed)).toHaveLength(0);
    await Promise.all(clients.map((client) => client.close()));
    await until('all are gone', async () => (await metric('dtrove_subscribers')) === 0);
  });

  it('that hang up all at once, while they are told something, are no trouble and no error', async () => {
    const before = plane.log().length;
    const { operation } = await createCluster(api, 'vanishing', 1);
    const rude = await Promise.all(Array.from({ length: 40 }, () => RawSocket.login(plane.url, api.token ?? '')));
    const document = OperationProgressDocument.toString();
    for (const client of rude) client.subscribe('1', document, { id: operation.id });
    await Promise.all(rude.map((client) => client.next()));
    for (const client of rude) client.socket.terminate();
    await succeed(api, operation.id);
    await until('they are gone', async () => (await metric('dtrove_subscribers')) === 0);
    expect(plane.log().slice(before)).not.toMatch(/database is away|unexpected error/);
  }, 120_000);

  it('are forgotten when they unsubscribe or hang up', async () => {
    const { cluster, operation } = await createCluster(api, 'leavers', 1);
    await succeed(api, operation.id);
    for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: cluster.id })) {
      expect(clusterStatus.status).toBe('ACTIVE');
      break;
    }
    const rude = await RawSocket.login(plane.url, api.token ?? '');
    rude.subscribe('1', ClusterStatusDocument.toString(), { id: cluster.id });
    await rude.next();
    expect(await metric('dtrove_subscribers')).toBeGreaterThanOrEqual(1);
    rude.socket.terminate();
    await until('both are gone', async () => (await metric('dtrove_subscribers')) === 0);
  });
});

describe('one socket', () => {
  it('carries several subscriptions side by side', async () => {
    const { cluster, operation } = await createCluster(api, 'both', 1);
    const statuses: string[] = [];
    const watching = (async () => {
      for await (const { clusterStatus } of api.watch(ClusterStatusDocument, { id: cluster.id })) {
        statuses.push(clusterStatus.status);
        if (clusterStatus.status === 'ACTIVE') break;
      }
    })();
    const kinds = new Set<string>();
    for await (const { operationProgress } of api.watch(OperationProgressDocument, { id: operation.id })) {
      kinds.add(operationProgress.operation.kind);
    }
    await watching;
    expect([statuses, [...kinds]]).toEqual([['SPAWNING', 'ACTIVE'], ['cluster.create']]);
  });
});
