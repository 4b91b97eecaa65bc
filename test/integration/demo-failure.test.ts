import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { cleanUp, makeDataDir } from '../support/control-plane.js';
import { noTraces, processesOf, tracesOf } from '../support/leftovers.js';

const program = join(import.meta.dirname, '../../dist/src/demo/main.js');
const provider = join(import.meta.dirname, '../support/programs/faulty-provider.mjs');
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
});
afterAll(cleanUp);

/** The demonstration with a provider that fails as told, where stdout is no terminal. */
async function demo(faults: object, args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  await writeFile(join(dataDir, 'faults.json'), JSON.stringify(faults));
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DTROVE_|NODE_OPTIONS)/.test(name));
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...Object.fromEntries(inherited), DTROVE_DATA_DIR: dataDir, DTROVE_PORT: '0', DTROVE_PROVIDERS: provider },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('a demonstration that does not succeed', () => {
  it('ends with 1, the step that failed and why; the cluster stays, and with --keep=false nothing does', async () => {
    const kept = await demo({ create: ['QUOTA_EXCEEDED'] }, ['--size', '1', '--name', 'kept']);
    expect([kept.code, kept.err]).toEqual([
      1,
      expect.stringMatching(
        /^The demonstration failed: .*"create server" on kept-1 failed: the cloud says QUOTA_EXCEEDED/,
      ),
    ]);
    const gone = await demo({ updateStatus: ['ERROR'] }, ['--size', '2', '--name', 'gone', '--keep=false']);
    expect([gone.code, gone.err]).toEqual([
      1,
      expect.stringMatching(/"wait for server" on gone-[12] failed: .*no valid host/),
    ]);
    expect(gone.out + gone.err).not.toMatch(/\n {4}at /);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
    expect(await processesOf(dataDir)).toEqual([]);
  }, 180_000);

  it('that succeeds leaves nothing with --keep=false', async () => {
    const { code, out, err } = await demo({}, ['--size', '1', '--keep=false']);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/is deleted/);
    expect(await tracesOf(dataDir)).toEqual(noTraces);
    expect(await processesOf(dataDir)).toEqual([]);
  }, 180_000);

  it('for want of a control plane says what the control plane said', async () => {
    await writeFile(join(dataDir, 'master-key'), 'short');
    const { code, err } = await demo({}, ['--size', '1']);
    expect([code, err]).toEqual([
      1,
      expect.stringMatching(/the control plane did not start\n.*master-key: give 32 bytes/s),
    ]);
  }, 60_000);
});
