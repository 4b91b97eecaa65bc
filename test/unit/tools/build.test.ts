import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

interface Builder {
  readonly build: (root: string, say: (line: string) => void) => Promise<void>;
}
// A plain script, so that the build itself needs no build.
const script = '../../../src/tools/build/all.mjs';
const { build } = (await import(script)) as Builder;

let root: string;
const said: string[] = [];
const run = () => build(root, (line) => said.push(line));
const write = (name: string, text: string) => {
  const path = join(root, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'dtrove-build-'));
  said.length = 0;
  write('.swcrc', readFileSync(new URL('../../../.swcrc', import.meta.url), 'utf8'));
  write('src/a/one.ts', 'export const one: number = 1;\n');
  write('src/a/config.eta', 'port = 1\n');
  write('jobs/two.ts', 'export type Two = 2;\n');
  write('src/tools/tool.mjs', 'not compiled');
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

test('compiles, copies, and then rests', async () => {
  await run();
  expect(readFileSync(join(root, 'dist/src/a/one.js'), 'utf8')).toContain('export const one = 1;');
  expect(JSON.parse(readFileSync(join(root, 'dist/src/a/one.js.map'), 'utf8'))).toMatchObject({
    sources: ['../../../src/a/one.ts'],
  });
  expect(readFileSync(join(root, 'dist/src/a/config.eta'), 'utf8')).toBe('port = 1\n');
  expect(existsSync(join(root, 'dist/jobs/two.js'))).toBe(true);
  expect(existsSync(join(root, 'dist/src/tools'))).toBe(false);
  expect(said).toEqual(['Building the code (3 files) …']);
  const { ino } = statSync(join(root, 'dist/src/a/one.js'));
  await run();
  expect(said).toHaveLength(1);
  expect(statSync(join(root, 'dist/src/a/one.js')).ino).toBe(ino);
});

test('follows changes and removals, and touches nothing else', async () => {
  await run();
  const { ino } = statSync(join(root, 'dist/src/a/one.js'));
  write('src/a/config.eta', 'port = 2\n');
  rmSync(join(root, 'jobs/two.ts'));
  await run();
  expect(readFileSync(join(root, 'dist/src/a/config.eta'), 'utf8')).toBe('port = 2\n');
  expect(readdirSync(join(root, 'dist/jobs'))).toEqual([]);
  expect(statSync(join(root, 'dist/src/a/one.js')).ino).toBe(ino);
});

test('a changed setting of the compiler makes everything anew', async () => {
  await run();
  write('.swcrc', JSON.stringify({ jsc: { parser: { syntax: 'typescript' } }, module: { type: 'es6' }, minify: true }));
  await run();
  expect(said.at(-1)).toBe('Building the code (3 files) …');
});

test('a mistake is named with its file and line, and mended by the next build', async () => {
  write('src/a/one.ts', 'export const one = 1;\nconst = 2;\n');
  await expect(run()).rejects.toThrow(/^src\/a\/one\.ts: line 2: /);
  write('src/a/one.ts', 'export const one = 3;\n');
  await run();
  expect(readFileSync(join(root, 'dist/src/a/one.js'), 'utf8')).toContain('one = 3');
});

test('two at once do one another no harm', async () => {
  await Promise.all([run(), run(), run()]);
  expect(readdirSync(join(root, 'dist/src/a')).sort()).toEqual(['config.eta', 'one.js', 'one.js.map']);
});
