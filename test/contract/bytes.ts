import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import { sh } from '../../src/shell/command.js';
import { fileContract, type ByteSubject } from './file-bytes.js';

const { signal } = new AbortController();
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function* pieces(all: Buffer, size = 100_000): AsyncGenerator<Buffer> {
  for (let at = 0; at < all.length; at += size) {
    await Promise.resolve();
    yield all.subarray(at, at + size);
  }
}

/** What a Remote does that takes and gives bytes. `subject` is asked when a test has begun. */
export function byteContract(subject: () => ByteSubject): void {
  it('takes bytes and gives them back, all of them and in their order', async () => {
    const sent = randomBytes(8_000_000);
    const got: Buffer[] = [];
    const { code } = await subject().remote.transfer(sh`cat`, {
      input: pieces(sent),
      output: (chunk) => {
        got.push(chunk);
        return undefined;
      },
      signal,
    });
    expect([code, sum(Buffer.concat(got))]).toEqual([0, sum(sent)]);
  });

  it('waits for who takes what it gives, and asks for no more than the server takes', async () => {
    let waiting = 0;
    let asked = 0;
    async function* endless(): AsyncGenerator<Buffer> {
      for (; asked < 1000; asked += 1) {
        await Promise.resolve();
        yield Buffer.alloc(100_000);
      }
    }
    const enough = new Error('enough was seen');
    const transfer = subject().remote.transfer(sh`cat`, {
      input: endless(),
      output: async () => {
        waiting += 1;
        expect(waiting).toBe(1);
        await delay(20);
        waiting -= 1;
        if (asked > 0 && performance.now() > end) throw enough;
      },
      signal,
    });
    const end = performance.now() + 500;
    await expect(transfer).rejects.toBe(enough);
    expect(asked).toBeLessThan(900);
    await subject().idle();
  });

  it('tells how it ended, and what it said on stderr', async () => {
    const said: string[] = [];
    const command = sh`cat >/dev/null; echo words >&2; exit 3`;
    const ended = await subject().remote.transfer(command, { signal, onSaid: (text) => said.push(text) });
    expect([ended, said.join('')]).toEqual([{ code: 3, stderr: 'words\n' }, 'words\n']);
  });

  it('ends when its command does, though there is more to send', async () => {
    const { code } = await subject().remote.transfer(sh`head -c 10 >/dev/null; exit 4`, {
      input: pieces(Buffer.alloc(50_000_000)),
      signal,
    });
    expect(code).toBe(4);
  });

  it('ends the command with what its input throws', async () => {
    const why = new Error('no more of it');
    async function* failing(): AsyncGenerator<Buffer> {
      yield Buffer.from('some');
      await Promise.resolve();
      throw why;
    }
    await expect(subject().remote.transfer(sh`cat; sleep 600`, { input: failing(), signal })).rejects.toBe(why);
    await subject().idle();
  });

  it('ends it on abort, and says REMOTE_UNREACHABLE when the connection breaks', async () => {
    const abort = new AbortController();
    const why = new Error('by the test');
    const aborted = subject().remote.transfer(sh`echo begun; sleep 600`, {
      signal: abort.signal,
      output: () => {
        abort.abort(why);
        return undefined;
      },
    });
    await expect(aborted).rejects.toBe(why);
    await subject().idle();
    const cut = subject().remote.transfer(sh`echo begun; sleep 600`, {
      signal,
      output: () => {
        subject().cut();
        return undefined;
      },
    });
    await expect(cut).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
  });

  fileContract(subject);
}
