import { describe, expect, it } from '@jest/globals';
import { OperationStatus } from '../../schema/enums.js';
import { DomainError } from '../../src/errors.js';
import { useDatabase } from '../support/database.js';
import { failing, fakeKind, inOrder, lane, useEngine } from '../support/engine.js';
import { makeCluster } from '../support/rows.js';
import { gate, until } from '../support/until.js';

const database = useDatabase();
const engineOf = useEngine(database);
const tooSlow = new DomainError('REMOTE_TIMEOUT', 'too slow', { retryable: true });
const nothing = (): string => '';
const cut = (bytes: number): string => `[${bytes} bytes before this are cut]\n`;

describe('the output of a step', () => {
  it.each([
    ['is kept to its last 4 KiB', `${'a'.repeat(5000)}end`, `${cut(907)}${'a'.repeat(4093)}end`],
    ['counts bytes, and cuts no character in two', `${'a'.repeat(4094)}€`, `${cut(1)}${'a'.repeat(4093)}€`],
    ['never holds half of an emoji', `${'😀'.repeat(1500)}x`, `${cut(1908)}${'😀'.repeat(1023)}x`],
    ['may hold zero bytes, which PostgreSQL cannot store', 'before\u0000after', 'before\uFFFDafter'],
  ])('%s', async (_name, printed, kept) => {
    const print = ({ output }: { output: (chunk: string) => void }): void => {
      for (const [chunk] of printed.matchAll(/.{1,100}/gsu)) output(chunk);
    };
    const engine = engineOf(inOrder({ print }));
    const { id, status } = await engine.run();
    const [step] = await engine.steps(id);

    expect(status).toBe('SUCCEEDED');
    expect(step?.output === kept ? 'as expected' : step?.output.slice(-80)).toBe('as expected');
  });

  it('is seen while the step runs', async () => {
    const { reached, open } = gate();
    const engine = engineOf(
      inOrder({
        print: async ({ output }) => {
          output('at work');
          await reached;
          output(', and done');
        },
      }),
    );
    const { id } = await engine.create();
    await engine.worker().wake(id);
    const seen = await until('the output to be seen', async () => {
      const [step] = await engine.steps(id);
      return step?.output === '' ? null : step;
    });
    open();
    await engine.ended(id);

    expect(seen).toMatchObject({ status: 'RUNNING', output: 'at work' });
    expect((await engine.steps(id))[0]).toMatchObject({ status: 'DONE', output: 'at work, and done' });
  });

  it('is kept of a step that fails, whatever its error says', async () => {
    const kind = inOrder({
      fail: ({ output }) => {
        output('it said so');
        throw new DomainError('STEP_FAILED', 'zero \u0000 and \uD800');
      },
    });
    const engine = engineOf(kind);
    const { id, errorMessage } = await engine.run();

    expect((await engine.steps(id))[0]).toMatchObject({ output: 'it said so', message: 'zero \uFFFD and \uFFFD' });
    expect(errorMessage).toBe('step "fail" failed: zero \uFFFD and \uFFFD');
  });
});

describe('a step that fails', () => {
  it('is tried again after a retryable error, and the operation waits meanwhile', async () => {
    let tries = 0;
    const a = (): void => {
      tries += 1;
      if (tries === 1) throw tooSlow;
    };
    const engine = engineOf(inOrder({ a }));
    const { id } = await engine.create();
    await engine.worker().wake(id);
    const waiting = await until('it waits', async () => {
      const row = await engine.row(id);
      return row.status === OperationStatus.WAITING ? row : null;
    });

    expect(waiting.message).toBe('too slow; it is tried again soon');
    expect((await engine.ended(id)).status).toBe('SUCCEEDED');
    expect((await engine.steps(id))[0]).toMatchObject({ status: 'DONE', attempts: 2 });
  });

  it('fails the operation when its attempts are used up, with the last error', async () => {
    const engine = engineOf(inOrder({ a: failing(tooSlow) }));
    const { id, ...end } = await engine.run({ stepAttempts: 2 });

    expect(end).toMatchObject({
      status: 'FAILED',
      errorCode: 'REMOTE_TIMEOUT',
      errorMessage: 'step "a" failed: too slow',
    });
    expect((await engine.steps(id))[0]).toMatchObject({ status: 'FAILED', attempts: 2 });
  });

  it('fails the operation at once otherwise, naming the step and the instance', async () => {
    const { cluster, instances } = await makeCluster(database.db);
    const full = failing(new DomainError('NO_CAPACITY', 'the disk is full'));
    const kind = fakeKind({ all: [[lane({ a: nothing, b: full, c: nothing }, instances[0])]] });
    const engine = engineOf(kind);
    const { id, ...end } = await engine.run();
    const words = `step "b" on ${cluster.name}-1 failed: the disk is full`;

    expect(end).toMatchObject({ errorCode: 'NO_CAPACITY', errorMessage: words, message: words });
    expect(await engine.shown(id)).toEqual(['a DONE', 'b FAILED', 'c PENDING']);
    expect(kind.told).toEqual(['stopped: NO_CAPACITY']);
  });

  it('keeps the words of an error that nobody expected, and no stack', async () => {
    const end = await engineOf(inOrder({ a: failing(new TypeError('x is not a function')) })).run();
    expect(end).toMatchObject({ errorCode: 'INTERNAL', errorMessage: 'step "a" failed: x is not a function' });
  });

  it('lets the other lanes finish the step that they are at, and no more', async () => {
    const { instances } = await makeCluster(database.db, 2);
    const { reached, open } = gate();
    const a = (): never => {
      open();
      throw new DomainError('STEP_FAILED', 'broken');
    };
    const lanes = [lane({ a }, instances[0]), lane({ b: () => reached, c: nothing }, instances[1])];
    const engine = engineOf(fakeKind({ all: [lanes] }));
    const { id } = await engine.run();

    expect(await engine.shown(id)).toEqual(['a FAILED', 'b DONE', 'c PENDING']);
  });
});
