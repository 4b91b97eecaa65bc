import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { openDataDirectory } from '../../src/data-directory.js';

let place: string;
beforeEach(async () => {
  place = await mkdtemp(join(tmpdir(), 'dtrove-test-'));
});
afterEach(() => rm(place, { recursive: true }));

describe('the data directory', () => {
  it.each(['plain', 'with blanks', "it's", 'übung', 'a/b/c'])('is made as %s', async (name) => {
    const path = join(place, name);
    await openDataDirectory(path);
    expect((await stat(path)).isDirectory()).toBe(true);
  });

  it.each(['a"b', 'a$HOME', 'a`id`', 'a\\b', 'a\nb'])('is refused, and not made, as %j', async (name) => {
    await expect(openDataDirectory(join(place, name))).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^DTROVE_DATA_DIR: [^\n]+$/),
    });
    expect(await readdir(place)).toEqual([]);
  });
});
