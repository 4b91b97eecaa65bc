import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadMasterKeys } from '../../../src/secrets/load-master-keys.js';
import { parseMasterKey } from '../../../src/secrets/master-key.js';
import { readOrMake } from '../../../src/secrets/private-file.js';

const bytes = Buffer.from(Array.from({ length: 32 }, (_, i) => i * 7));

describe('a master key', () => {
  it.each([
    ['hex', bytes.toString('hex')],
    ['hex in capitals', bytes.toString('hex').toUpperCase()],
    ['base64', bytes.toString('base64')],
    ['base64 without its padding', bytes.toString('base64').replace('=', '')],
    ['base64url', bytes.toString('base64url')],
    ['with blanks around it', `  ${bytes.toString('hex')}\n`],
  ])('is 32 bytes in %s: the same key by the same id', (_how, text) => {
    const { id, key } = parseMasterKey(text, 'DTROVE_SECRET_KEY');
    expect(key.equals(bytes)).toBe(true);
    expect(id).toBe(parseMasterKey(bytes.toString('hex'), '').id);
    expect(id).toMatch(/^[0-9a-f]{12}$/);
  });

  it('is made of any text of 32 characters or more, always the same', () => {
    const text = 'correct horse battery staple, and so on';
    const [one, two] = [parseMasterKey(text, ''), parseMasterKey(text, '')];
    expect(one).toEqual(two);
    expect(one.key).toHaveLength(32);
    expect(parseMasterKey(`${text}!`, '').id).not.toBe(one.id);
  });

  it.each(['', 'short', 'a'.repeat(31), ` ${'a'.repeat(31)} `])(
    'is refused as %p, naming the setting and not its value',
    (text) => {
      expect(() => parseMasterKey(text, 'DTROVE_SECRET_KEY_PREVIOUS')).toThrow(
        'DTROVE_SECRET_KEY_PREVIOUS: give 32 bytes in base64 or hex, or a text of at least 32 characters',
      );
    },
  );
});

describe('a private file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dtrove-secrets-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('is made once under 20 that ask for it at once, and all read the same', async () => {
    let made = 0;
    const all = await Promise.all(
      Array.from({ length: 20 }, () => readOrMake(join(directory, 'token'), () => `made ${(made += 1)}`)),
    );
    expect(new Set(all).size).toBe(1);
    expect(await readdir(directory)).toEqual(['token']);
  });

  it('is its owner’s alone, and stays as it is', async () => {
    const path = join(directory, 'token');
    await readOrMake(path, () => 'first');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readOrMake(path, () => 'second')).toBe('first');
    expect(await readFile(path, 'utf8')).toBe('first\n');
  });

  it('leaves nothing behind when it cannot be made', async () => {
    const failing = readOrMake(join(directory, 'token'), () => {
      throw new Error('no randomness');
    });
    await expect(failing).rejects.toThrow('no randomness');
    expect(await readdir(directory)).toEqual([]);
  });

  it('that is empty is no secret: it is refused, and not made anew behind somebody’s back', async () => {
    const path = join(directory, 'token');
    await writeFile(path, '\n');
    await expect(readOrMake(path, () => 'new')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: `the file ${path} is empty: restore it, or remove it to have a new one made`,
    });
  });

  it('that cannot be read is told in one line', async () => {
    await expect(readOrMake(join(directory, 'token', 'below'), () => 'new')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
    });
    await expect(readOrMake(directory, () => 'new')).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringContaining(directory) as unknown,
    });
  });

  it('holds the master key where none is configured, and the same at the next start', async () => {
    const config = { dataDir: directory, secretKey: '', secretKeyPrevious: '' };
    const [first] = await loadMasterKeys(config);
    const [again] = await loadMasterKeys(config);
    expect(again).toEqual(first);
    expect(first.key).toHaveLength(32);
    expect(await readdir(directory)).toEqual(['master-key']);
  });

  it('is not made where the master key is configured; the present one comes first', async () => {
    const [present, previous] = [bytes.toString('hex'), 'f'.repeat(64)];
    const keys = await loadMasterKeys({ dataDir: directory, secretKey: present, secretKeyPrevious: previous });
    expect(keys).toEqual([parseMasterKey(present, ''), parseMasterKey(previous, '')]);
    expect(await readdir(directory)).toEqual([]);
  });
});
