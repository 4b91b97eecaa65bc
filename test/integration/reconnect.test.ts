import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { OperationProgressDocument } from '../operations/documents.js';
import type { Api } from '../support/api.js';
import { createCluster, follow, succeed } from '../support/clusters.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';
import { RawSocket } from '../support/raw-socket.js';
import { until } from '../support/until.js';

let plane: ControlPlane;
let api: Api;

beforeAll(async () => {
  plane = await ControlPlane.start(await makeDataDir(), { DTROVE_SUBSCRIBER_QUEUE: '5' });
  api = await plane.api();
}, 120_000);

afterAll(cleanUp);

describe('a client whose connection breaks again and again', () => {
  it('has, each time it comes back, all that it had and what it missed', async () => {
    const { operation } = await createCluster(api, 'broken', 2);
    const ending = follow(api, operation.id);
    const partial: unknown[][] = [];
    for (let length = 1; length <= 25; length += 4) {
      const raw = await RawSocket.login(plane.url, api.token ?? '');
      raw.subscribe('1', OperationProgressDocument.toString(), { id: operation.id });
      const seen: unknown[] = [];
      while (seen.length < length) {
        const { payload } = await raw.next();
        seen.push((payload as { data: { operationProgress: unknown } }).data.operationProgress);
      }
      raw.close();
      partial.push(seen);
    }
    const whole = await ending;
    for (const seen of partial) expect(seen).toEqual(whole.slice(0, seen.length));
    await until('no subscriber is left', async () => (await plane.metric('dtrove_subscribers')) === 0);
  }, 120_000);
});

describe('clients that do not read what is large', () => {
  const fields = Array.from({ length: 600 }, (_, i) => `s${i}: steps { id name status message instance { id name } }`);
  const heavy = `subscription ($id: ID!) { operationProgress(id: $id) { operation { ${fields.join(' ')} } } }`;

  it('cost no memory that grows: what they have not read waits in the rows', async () => {
    // Beyond what the kernel takes, their sixty events of 3 MB each are 300 MB: a process with this little would end.
    const little = { NODE_OPTIONS: '--max-old-space-size=160' };
    const tight = await ControlPlane.start(await makeDataDir(), little);
    const client = await tight.api();
    const { operation } = await createCluster(client, 'heavy', 3);
    const stalled = await Promise.all([0, 1].map(() => RawSocket.login(tight.url, client.token ?? '')));
    for (const raw of stalled) {
      raw.subscribe('1', heavy, { id: operation.id });
      raw.socket.pause();
    }
    await succeed(client, operation.id);
    for (const raw of stalled) raw.close();
    await until('no subscriber is left', async () => (await tight.metric('dtrove_subscribers')) === 0);
    expect(await tight.stop()).toEqual({ code: 0, signal: null });
  }, 120_000);
});
