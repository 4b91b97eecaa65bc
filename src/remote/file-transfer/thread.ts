import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';
import { giveFile } from '../../files/give.js';
import { receiveFile } from '../../files/receive.js';
import { seldom } from '../../seldom.js';
import { Secret } from '../../shell/secret.js';
import { unreachable } from '../connection.js';
import { readKey } from '../keys.js';
import { Link, type Unlock } from '../link.js';
import type { Transferred } from '../remote.js';
import { transfer } from '../transfer.js';
import { failureOf, hopOf, type Job, type News, type Order } from './messages.js';

// The thread of one transfer: it connects, waits for its order, moves the bytes between the command and the file, and ends.

/** How often it tells how far it is, in milliseconds. */
const tellMs = 250;

if (parentPort === null) throw new Error('this is a thread of the control plane');
const port = parentPort;
const job = workerData as Job;
const news = (what: News): void => {
  port.postMessage(what);
};

const stop = new AbortController();
port.on('message', (order: Order) => {
  if (order === 'stop') stop.abort(new Error('stopped'));
});

const unlock: Unlock = (privateKey, passphrase) => readKey(privateKey.reveal(), passphrase.reveal());
const hop = hopOf(job.hop);
const { readyTimeoutMs, keepaliveMs } = job;
const options = {
  ...(readyTimeoutMs === undefined ? {} : { readyTimeoutMs }),
  ...(keepaliveMs === undefined ? {} : { keepaliveMs }),
};
const bastion = job.via === undefined ? null : new Link(hopOf(job.via), unlock, options);
const link = new Link(hop, unlock, options, bastion);

/** What goes in at one end and comes out at the other is never seen by anybody else. */
async function carry(): Promise<Transferred> {
  const { signal } = stop;
  const ordered = once(port, 'message', { signal });
  ordered.catch(() => undefined);
  // Whoever is stopped waits for no connection either.
  const client = await Promise.race([link.client(), ordered.then(() => link.client())]);
  news({ kind: 'connected' });
  await ordered;
  const run = (io: Pick<Parameters<typeof transfer>[1], 'input' | 'output'>): Promise<Transferred> => {
    let onClosed = (): void => undefined;
    const closed = new Promise<void>((resolve) => {
      onClosed = resolve;
    });
    const first = job.first === undefined ? {} : { first: new Secret(job.first) };
    const onSaid = (text: string): void => {
      news({ kind: 'said', text });
    };
    const lost = (reason: string) => unreachable(hop, reason);
    // What ends a command has to reach its server before the connection goes.
    return transfer(client, { ...io, ...first, text: job.text, onSaid, signal, onClosed, lost }).finally(() => closed);
  };
  const tell = (bytes: number): void => {
    news({ kind: 'bytes', bytes });
  };
  const { file } = job;
  if ('from' in file) return run({ input: giveFile(file.from, file.parts, tell) });
  const { result, stored } = await receiveFile(file.into, (output) => run({ output }), seldom(tellMs, tell));
  return { ...result, stored };
}

await carry()
  .then(
    (result) => {
      news({ kind: 'ended', result });
    },
    (error: unknown) => {
      news({ kind: 'failed', failure: failureOf(error) });
    },
  )
  .finally(async () => {
    await link.close();
    await bastion?.close();
    port.close();
  });
