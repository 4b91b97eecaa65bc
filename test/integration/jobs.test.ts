import { afterEach, describe, expect, it } from '@jest/globals';
import { JobStore } from '../../jobs/define-job.js';
import { wakeOperation, type JobServices } from '../../jobs/operation.js';
import { newId } from '../../src/ids.js';
import type { WakeUp } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { quiet } from '../support/log.js';
import { until } from '../support/until.js';

const database = useDatabase();
const stores: JobStore<JobServices>[] = [];
afterEach(async () => {
  await Promise.all(stores.splice(0).map((store) => store.stop()));
});

async function openStore(owner: string): Promise<JobStore<JobServices>> {
  const store = await JobStore.open<JobServices>({ url: '', databaseUrl: database.url, owner, log: quiet });
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
  it('is opened by eight processes at once where there was none', async () => {
    const url = await database.server.empty();
    const opened = await Promise.all(
      Array.from({ length: 8 }, (_, i) => JobStore.open({ url, databaseUrl: '', owner: `process ${i}`, log: quiet })),
    );
    await Promise.all(opened.map((store) => store.stop()));
  });
});

describe('a wake-up', () => {
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
    await until('all are woken', () => one.woken.length + two.woken.length >= 10);
    await until(
      'no job is left',
      async () => (await database.db.query<unknown[]>('SELECT 1 FROM agenda_jobs')).length === 0,
    );
    expect([...one.woken, ...two.woken].sort()).toEqual([...ids].sort());
  });

  it('reaches a worker whose connections died, when they are back', async () => {
    const { woken, wakeUp } = await startWorker('worker');
    await database.server.cut(database);
    const id = newId();
    await until('it can be sent', () =>
      send(wakeUp, id).then(
        () => true,
        () => false,
      ),
    );
    await until('it is woken', () => woken.includes(id));
  });
});
