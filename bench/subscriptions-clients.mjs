// Many clients of graphql-ws in one process, each on a connection of its own.
import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { quantile } from './numbers.mjs';

const [url = '', authorization = '', clusterId = '', count = '0'] = process.argv.slice(2);
/** How many connect side by side. */
const abreast = 50;
const query = `subscription ($clusterId: ID!) {
  serverStatus(clusterId: $clusterId) { id name role serverStatus progress message addr server }
}`;

const latencies = [];
/** How many events each has had, after the first, which is the state when it came. */
const had = new Uint32Array(Number(count));
let errors = 0;

function subscribe(i) {
  return new Promise((resolve) => {
    const client = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization },
      retryAttempts: 0,
    });
    const fail = () => {
      errors += 1;
      resolve();
    };
    let first = true;
    client.subscribe(
      { query, variables: { clusterId } },
      {
        next: ({ data, errors: told }) => {
          if (told !== undefined) return fail();
          if (!first) {
            had[i] += 1;
            latencies.push(performance.timeOrigin + performance.now() - Number(data.serverStatus.message));
          }
          first = false;
          resolve();
        },
        error: fail,
        complete: fail,
      },
    );
  });
}

let next = 0;
const connect = async () => {
  while (next < had.length) {
    const i = next;
    next += 1;
    await subscribe(i);
  }
};
await Promise.all(Array.from({ length: abreast }, connect));

process.once('message', async ({ events, patience }) => {
  const expected = events * had.length;
  for (const end = performance.now() + patience; performance.now() < end && latencies.length < expected;)
    await delay(50);
  // Missing, or more than once: both are errors.
  const wrong = had.reduce((sum, number) => sum + Math.abs(number - events), 0);
  process.send?.({
    ...{ delivered: latencies.length, errors: errors + wrong },
    ...{ p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99) },
    max: latencies.reduce((most, value) => Math.max(most, value), 0),
    rss: process.memoryUsage.rss() / 2 ** 20,
  });
});
process.send?.('connected');
