import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { PartCounter } from '../../src/files/parts.js';
import type { ByteRemote } from '../../src/remote/remote.js';
import { sh } from '../../src/shell/command.js';
import { Secret } from '../../src/shell/secret.js';

export interface ByteSubject {
  readonly remote: ByteRemote;
  readonly idle: () => Promise<void>;
  readonly cut: () => void;
}

const { signal } = new AbortController();
const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const lines = Buffer.from('of many words\n'.repeat(1_500_000));

/** What a Remote does whose bytes go into a file of this machine, or come from one. */
export function fileContract(subject: () => ByteSubject): void {
  let path: string;
  const told: number[] = [];
  const tell = (bytes: number): void => {
    told.push(bytes);
  };

  beforeEach(async () => {
    told.length = 0;
    path = join(await mkdtemp(join(tmpdir(), 'dtrove-bytes-')), 'file');
  });

  afterEach(() => rm(join(path, '..'), { recursive: true }));

  it('writes what a command prints into a new file, and tells what it has stored', async () => {
    const said: string[] = [];
    const ended = await subject().remote.transfer(
      sh`echo words >&2; cat; yes 'of many words' | head -c ${lines.length}; exit 3`,
      {
        first: new Secret('a line before\n'),
        file: { into: path, tell },
        onSaid: (text) => said.push(text),
        signal,
      },
    );
    const written = await readFile(path);
    expect(sum(written)).toBe(sum(Buffer.concat([Buffer.from('a line before\n'), lines])));
    expect(ended).toMatchObject({ code: 3, stderr: 'words\n', stored: { size: written.length, sha256: sum(written) } });
    expect(ended.stored?.parts.map(({ size }) => size)).toEqual([8_388_608, 8_388_608, written.length - 2 * 8_388_608]);
    expect(said.join('')).toBe('words\n');
    expect(told[0]).toBeGreaterThan(0);
  });

  const stored = async () => {
    await writeFile(path, lines);
    const counter = new PartCounter();
    counter.push(lines);
    return counter.end();
  };

  it('gives a command what is in a file, each part when it has proven to be what was stored', async () => {
    const { parts } = await stored();
    const file = { from: path, parts, tell };
    const ended = await subject().remote.transfer(sh`sha256sum >&2`, { first: new Secret('first '), file, signal });
    expect(ended).toEqual({ code: 0, stderr: `${sum(Buffer.concat([Buffer.from('first '), lines]))}  -\n` });
    expect(told).toEqual([8_388_608, 2 * 8_388_608, lines.length]);
    const changed = Buffer.from(lines);
    changed[9_000_000] = 0;
    await writeFile(path, changed);
    await expect(subject().remote.transfer(sh`cat >/dev/null`, { file, signal })).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      message: expect.stringContaining(`part 2 of 3 of ${path} does not have its checksum`),
    });
    await subject().idle();
  });

  it('says what the file system says', async () => {
    const into = join(path, 'nowhere');
    const refused = subject().remote.transfer(sh`sleep 600`, { file: { into, tell }, signal });
    await expect(refused).rejects.toMatchObject({ code: 'ENOENT', syscall: 'open' });
    await subject().idle();
  });

  it('sends nothing where it may not', async () => {
    const why = new Error('not any more');
    const before = (): never => {
      throw why;
    };
    const mark = `${path}.mark`;
    const refused = subject().remote.transfer(sh`: >${mark}`, { file: { into: path, tell }, signal, before });
    await expect(refused).rejects.toBe(why);
    await expect(readFile(mark)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends the command of a file on abort, and says REMOTE_UNREACHABLE when the connection breaks', async () => {
    const abort = new AbortController();
    const why = new Error('by the test');
    const begun = (then: () => void) => ({ into: path, tell: then });
    const aborted = subject().remote.transfer(sh`echo begun; sleep 600`, {
      signal: abort.signal,
      file: begun(() => {
        abort.abort(why);
      }),
    });
    await expect(aborted).rejects.toBe(why);
    await subject().idle();
    await rm(path);
    const cut = subject().remote.transfer(sh`echo begun; sleep 600`, { signal, file: begun(subject().cut) });
    await expect(cut).rejects.toMatchObject({ code: 'REMOTE_UNREACHABLE', retryable: true });
  });
}
