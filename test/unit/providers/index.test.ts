import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadProviders } from '../../../src/providers/index.js';
import { quiet } from '../../support/log.js';

const environment = { dataDir: '/nowhere', env: {}, log: quiet };
const methods = [
  'refuses',
  'flavors',
  'create',
  'updateStatus',
  'destroy',
  'list',
  'createVolume',
  'attachVolume',
  'snapshot',
  'adopt',
  'close',
];

/** The source of an external provider that lacks `lacking`. */
const source = (id: string, lacking = ''): string => `
const provider = { id: '${id}', init: 'systemd', supportsVolumes: false, supportsSnapshots: true, defaultFlavor: 'a' };
for (const name of ${JSON.stringify(methods)}) if (name !== '${lacking}') provider[name] = () => undefined;
export default { id: '${id}', build: ({ dataDir }) => ({ ...provider, dataDir }) };`;

let directory: string;
const write = async (name: string, text: string): Promise<string> => {
  await writeFile(join(directory, name), text);
  return join(directory, name);
};
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dtrove-providers-'));
});
afterAll(() => rm(directory, { recursive: true }));

describe('the registry of providers', () => {
  it('has the built-in ones by name and external ones by module, in the order of the setting', async () => {
    const path = await write('mine.mjs', source('mine'));
    const providers = await loadProviders([path, 'local'], environment);
    expect([...providers.keys()]).toEqual(['mine', 'local']);
    expect(providers.get('mine')).toMatchObject({ dataDir: '/nowhere', supportsSnapshots: true });
  });

  it.each(methods)('names a provider that lacks %s, and the method', async (name) => {
    const path = await write(`lacks-${name}.mjs`, source('mine', name));
    await expect(loadProviders([path], environment)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: `DTROVE_PROVIDERS: the provider ${path} lacks a part of its contract: ${name} is no method`,
    });
  });

  it('says what cannot be loaded', async () => {
    await expect(loadProviders(['no-such-package'], environment)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^DTROVE_PROVIDERS: the provider no-such-package cannot be loaded: [^\n]+$/),
    });
  });

  it('says what has no plug-in to give', async () => {
    const path = await write('empty.mjs', 'export default {}');
    await expect(loadProviders([path], environment)).rejects.toThrow(
      /has no plug-in as its default export: id is no text/,
    );
  });

  it('refuses two of one name', async () => {
    const path = await write('twin.mjs', source('local'));
    await expect(loadProviders(['local', path], environment)).rejects.toThrow(/is called local, as another one is$/);
  });

  it('takes the range of ports of the provider local, or says what one is', async () => {
    const env = { DTROVE_LOCAL_PORTS: '80-90' };
    await expect(loadProviders(['local'], { ...environment, env })).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      message: expect.stringMatching(/^DTROVE_LOCAL_PORTS: /),
    });
  });
});
