import { describe, expect, it } from '@jest/globals';
import type { StepContext } from '../../src/operations/work.js';
import { useDatabase } from '../support/database.js';
import { inOrder, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);

/** Stops this whole thread, as SIGSTOP does a process: neither timers nor answers are seen meanwhile. */
const freeze = (ms: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

describe('a worker that was frozen past its lease', () => {
  it('knows, before any timer can tell, and does and writes nothing more', async () => {
    const seen: string[] = [];
    const thawed = gate();
    const step = async ({ assertHeld, signal, write }: StepContext): Promise<void> => {
      if (seen.length > 0) return;
      assertHeld();
      freeze(1200);
      // What a process is at when it goes on: nothing has told it yet.
      seen.push(`aborted: ${String(signal.aborted)}`);
      try {
        assertHeld();
        seen.push('it would have sent a command');
      } catch (error) {
        seen.push((error as Error).name);
      }
      await write(() => Promise.resolve(void seen.push('it has written'))).catch((error: unknown) => {
        seen.push((error as Error).name);
      });
      thawed.open();
    };
    const engine = engineOf(inOrder({ step }));
    const { id } = await engine.create();
    await engine.worker({ leaseMs: 1000 }).wake(id);
    await thawed.reached;
    expect(seen).toEqual(['aborted: false', 'LeaseLost', 'LeaseLost']);
    const end = await engine.ended(id);
    expect(end).toMatchObject({ status: 'SUCCEEDED', fence: '2' });
    // Asked for, begun, begun again and done, ended: nothing is told of what was done in between.
    expect(await engine.events(`operation:${id}`)).toBe(5);
  });
});

describe('a provider’s cap', () => {
  it('holds for all workers together, leaves other providers alone, and loses nothing', async () => {
    let working = 0;
    let most = 0;
    const other = gate();
    const step = async (): Promise<void> => {
      working += 1;
      most = Math.max(most, working);
      await other.reached;
      working -= 1;
    };
    const engine = engineOf(inOrder({ step }));
    const ids: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const { cluster } = await makeCluster(database.db, 1, { provider: n < 5 ? 'narrow' : 'wide' });
      ids.push((await engine.create(cluster.id)).id);
    }
    const workers = [1, 2, 3].map(() => engine.worker({ providerCap: 2, sweepMs: 50 }));
    await Promise.all(ids.flatMap((id) => workers.map((worker) => worker.wake(id))));
    for (const worker of workers) worker.start();
    await until('two of one and one of the other run', () => working === 3);
    other.open();
    for (const id of ids) expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect(most).toBe(3);
  });
});
