import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { JobStore } from '../../jobs/define-job.js';
import { wakeOperation, type JobServices } from '../../jobs/operation.js';
import { newId } from '../../src/ids.js';
import type { WakeUp } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { mongoStore, postgresStore } from '../support/job-stores.js';
import { quiet, recordingLog } from '../support/log.js';
import { mongoOrWhyNot } from '../support/mongo.js';
import { until } from '../support/until.js';

const database = useDatabase();
const mongo = await mongoOrWhyNot();
afterAll(() => mongo.server?.stop());

/** Where the jobs are. */
interface Place {
  /** DTROVE_JOBS_URL. */
  readonly url: string;
  /** How many there are. */
  readonly jobs: () => Promise<number>;
  /** Breaks its connections for a moment. */
  readonly cut: () => Promise<void>;
  /** Whether a job is given to one worker only. */
  readonly atomic: boolean;
}

const shared = (): Promise<Place> =>
  Promise.resolve({
    url: '',
    jobs: async () => (await database.db.query<unknown[]>('SELECT 1 FROM agenda_jobs')).length,
    cut: () => database.server.cut(database),
    atomic: true,
  });

async function otherPostgres(): Promise<Place> {
  const store = await postgresStore(database.server);
  return { ...store, cut: () => database.server.cut(store), atomic: true };
}

async function inMongo(): Promise<Place> {
  const { server, whyNot } = mongo;
  if (server === null) throw new Error(whyNot);
  const cut = (): Promise<void> => (server.ours ? server.outage(() => Promise.resolve()) : Promise.resolve());
  return { ...(await mongoStore(server)), cut, atomic: server.atomic };
}

const places: readonly (readonly [string, () => Promise<Place>])[] = [
  ['in the database of the control plane', shared],
  ['in another PostgreSQL', otherPostgres],
  ...(mongo.server === null ? [] : [['in MongoDB', inMongo] as const]),
];

const stores: JobStore<JobServices>[] = [];
let place: Place;
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
});

async function openStore(owner: string, url = place.url, log = quiet): Promise<JobStore<JobServices>> {
  const store = await JobStore.open<JobServices>({ url, databaseUrl: database.url, owner, log });
  stores.push(store);
  return store;
}

/** A store that takes jobs, and what it was woken for. */
async function startWorker(owner: string): Promise<{ woken: string[]; wakeUp: WakeUp }> {
  const woken: string[] = [];
  const store = await openStore(owner);
  const wake = (id: string): Promise<void> => Promise.resolve(void woken.push(id));
  await store.start({ worker: { wake } }, [wakeOperation]);
  return { woken, wakeUp: store.wakeUp(wakeOperation.name) };
}

async function startSender(): Promise<WakeUp> {
  const store = await openStore('api');
  await store.start(null, []);
  return store.wakeUp(wakeOperation.name);
}

const send = async (wakeUp: WakeUp, id: string): Promise<void> => {
  await database.db.transaction((tx) => wakeUp.within(tx, id));
  await wakeUp.after(id);
};

describe('a job store', () => {
  it.each(places)('%s is opened by eight processes at once where there was none', async (name, make) => {
    const { url } = await make();
    // The control plane's own has been there since the first test.
    const fresh = url === '' ? await database.server.empty() : url;
    await Promise.all(Array.from({ length: 8 }, (_, i) => openStore(`${name} ${i}`, fresh)));
  });
});

describe.each(places)('a wake-up %s', (_name, make) => {
  beforeEach(async () => {
    place = await make();
  });

  it('sent by one process reaches a worker in another soon after its transaction commits', async () => {
    const { woken } = await startWorker('worker');
    const wakeUp = await startSender();
    const id = newId();
    const began = performance.now();
    await send(wakeUp, id);
    await until('it is woken', () => woken.includes(id));
    expect(performance.now() - began).toBeLessThan(5000);
  });

  it('is never sent of a transaction that was rolled back', async () => {
    const { woken, wakeUp } = await startWorker('worker');
    const [undone, sent] = [newId(), newId()];
    await database.db
      .transaction(async (tx) => {
        await wakeUp.within(tx, undone);
        throw new Error('undo');
      })
      .catch(() => undefined);
    await send(wakeUp, sent);
    await until('the later one is woken', () => woken.includes(sent));
    expect(woken).toEqual([sent]);
  });

  it('reaches one of two workers, and is gone then', async () => {
    const [one, two] = await Promise.all([startWorker('one'), startWorker('two')]);
    const ids = Array.from({ length: 10 }, newId);
    await Promise.all(ids.map((id) => send(one.wakeUp, id)));
    const woken = (): string[] => [...one.woken, ...two.woken].sort();
    await until('all are woken', () => new Set(woken()).size >= 10);
    await until('no job is left', async () => (await place.jobs()) === 0);
    expect(place.atomic ? woken() : [...new Set(woken())]).toEqual([...ids].sort());
  });

  it('reaches a worker whose connections died, when they are back', async () => {
    const { woken, wakeUp } = await startWorker('worker');
    await place.cut();
    const id = newId();
    let sentAt = -Infinity;
    await until('it is woken', async () => {
      // What was sent while the connections were still broken is lost: that is for the sweep.
      if (performance.now() - sentAt > 1000) {
        sentAt = performance.now();
        await send(wakeUp, id).catch(() => undefined);
      }
      return woken.includes(id);
    });
  });
});

(mongo.server?.ours === true ? describe : describe.skip)('a MongoDB that is away', () => {
  it('delays no mutation, and is complained of once', async () => {
    const { server, whyNot } = mongo;
    if (server === null) throw new Error(whyNot);
    const { log, lines } = recordingLog();
    const store = await openStore('all', (await mongoStore(server)).url, log);
    await store.start({ worker: { wake: () => Promise.resolve() } }, [wakeOperation]);
    const wakeUp = store.wakeUp(wakeOperation.name);
    await server.outage(async () => {
      const began = performance.now();
      for (let n = 0; n < 5; n += 1) await send(wakeUp, newId());
      expect(performance.now() - began).toBeLessThan(1000);
      await until('they were given up', () => lines.some(({ msg }) => String(msg).startsWith('no wake-up')));
    });
    const said = lines.map(({ msg }) => msg);
    expect([...new Set(said)]).toEqual(said);
  });
});
