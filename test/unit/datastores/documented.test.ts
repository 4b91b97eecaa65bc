import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { loadManagers } from '../../../src/datastores/index.js';
import { managerContract } from '../../contract/managers.js';

const page = readFileSync('docs/adding-a-datastore.md', 'utf8');
const example = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const directory = mkdtempSync(join(tmpdir(), 'dtrove-documented-'));
const specifiers = join(directory, 'flatfile.mjs');
writeFileSync(specifiers, example);

afterAll(() => {
  rmSync(directory, { recursive: true });
});

describe('the manager of docs/adding-a-datastore.md', () => {
  managerContract(async () => (await loadManagers({ specifiers })).managerOf('flatfile'));
});
