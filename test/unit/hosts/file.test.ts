import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readHostsFile } from '../../../src/hosts/file.js';

describe('a file of hosts', () => {
  const read = async (text: string) => {
    const directory = await mkdtemp(join(tmpdir(), 'dtrove-hosts-'));
    const path = join(directory, 'hosts.json');
    await writeFile(path, text);
    return readHostsFile(path).finally(() => rm(directory, { recursive: true }));
  };

  it('names keys by files beside it, which the API has as texts', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dtrove-hosts-'));
    await writeFile(join(directory, 'key'), 'the key');
    const path = join(directory, 'hosts.json');
    const bastion = { address: 'jump', privateKeyFile: 'key', trustOnFirstUse: true };
    await writeFile(
      path,
      JSON.stringify([{ address: '10.0.0.1', privateKeyFile: 'key', tags: ['b', 'a', 'b'], bastion }]),
    );
    const [wish] = await readHostsFile(path);
    await rm(directory, { recursive: true });
    expect(wish).toMatchObject({ address: '10.0.0.1', port: 22, privateKey: 'the key', tags: ['a', 'b'] });
    expect(wish?.bastion).toMatchObject({ address: 'jump', port: 22, privateKey: 'the key', trustOnFirstUse: true });
  });

  it.each([
    ['{', /is no JSON$/],
    ['{}', /is no list of hosts/],
    ['[{"address": "10.0.0.1"}, {"port": 22}]', /entry 2: address/],
    ['[{"address": "10.0.0.1", "privateKeyFile": "no-such"}]', /entry 1: privateKeyFile cannot be read/],
  ])('that is wrong is refused in one line: %s', async (text, words) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', message: expect.stringMatching(words) });
  });
});
