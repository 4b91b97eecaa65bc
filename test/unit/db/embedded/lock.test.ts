import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lock } from '../../../../src/db/embedded/lock.js';

/** No system hands out so high a pid. */
const dead = `${2 ** 30}\nanother boot\n0\n`;
/** Alive, but born at another time: the pid of somebody else by now. */
const reborn = `${process.pid}\nanother boot 17\n0\n`;

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dtrove-lock-'));
  path = join(directory, 'lock');
});
afterEach(() => rm(directory, { recursive: true }));

type Held = Awaited<ReturnType<typeof lock>>;

const attempt = (): Promise<{ held: Held } | { error: unknown }> =>
  lock(path, 'the thing').then(
    (held) => ({ held }),
    (error: unknown) => ({ error }),
  );

describe('a lock file', () => {
  it('is held by one, and names it to the others in one line', async () => {
    const held = await lock(path, 'the thing');
    await expect(lock(path, 'the thing')).rejects.toMatchObject({
      code: 'CONFLICT',
      message: `the thing is in use by another process, pid ${process.pid} (${path})`,
    });
    await held.release();
    await (await lock(path, 'the thing')).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['has died', { '': dead }],
    ['has died, whose pid is somebody else’s by now', { '': reborn }],
    ['has died, after whom another died while taking over', { '': dead, '.takeover': dead }],
    ['has died, after whom two died while taking over', { '': dead, '.takeover': dead, '.takeover.takeover': reborn }],
    ['wrote nothing of use', { '': '' }],
  ])('is taken over by exactly one of many, where its holder %s', async (_what, files) => {
    for (let round = 0; round < 10; round += 1) {
      for (const [suffix, text] of Object.entries(files)) await writeFile(path + suffix, text);
      const results = await Promise.all(Array.from({ length: 16 }, attempt));
      const holders = results.flatMap((result) => ('held' in result ? [result.held] : []));
      const errors = results.flatMap((result) => ('error' in result ? [result.error] : []));
      expect([holders.length, errors.length]).toEqual([1, 15]);
      for (const error of errors) expect(error).toMatchObject({ code: 'CONFLICT' });
      for (const held of holders) await held.release();
      expect(await readdir(directory)).toEqual([]);
    }
  });

  it('says what is wrong where it cannot be made', async () => {
    await expect(lock(join(directory, 'nowhere/lock'), 'the thing')).rejects.toThrow(/ENOENT/);
  });
});
