import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ClustersDocument } from '../operations/documents.js';
import { cleanUp, ControlPlane, makeDataDir } from '../support/control-plane.js';

const program = join(import.meta.dirname, '../../dist/src/demo/main.js');
let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
});
afterAll(cleanUp);

/** Runs the demonstration where stdout is no terminal. */
async function demo(args: readonly string[], port: number): Promise<{ code: number; out: string; err: string }> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(DTROVE_|NODE_OPTIONS)/.test(name));
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...Object.fromEntries(inherited), DTROVE_DATA_DIR: dataDir, DTROVE_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (out += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (err += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, err };
}

describe('npm run demo, where stdout is no terminal', () => {
  it('makes a cluster, proves it, says how to go on, ends with 0, and leaves the cluster for the next start', async () => {
    const { code, out } = await demo(['--name', 'first'], 0);
    expect(out).toMatch(/postgresql:\/\/admin:[\w-]+@127\.0\.0\.1:\d+\/postgres\?sslmode=require/);
    expect(out).toMatch(/Wrote row 1 on the primary/);
    expect(out).toMatch(/Read row 1 on a replica/);
    expect(out).toMatch(/GraphQL IDE +http:\/\/127\.0\.0\.1:\d+\//);
    expect(out).toMatch(/first-3 +stream from the primary/);
    // Neither colours nor moving cursors: it may be a file.
    expect(out.includes('\u001b')).toBe(false);
    expect(code).toBe(0);
    expect((await readdir(join(dataDir, 'servers'))).filter((name) => !name.startsWith('.'))).toHaveLength(3);
  });

  it('runs beside a control plane that runs already, takes the next free name, and deletes what it made when asked to', async () => {
    const plane = await ControlPlane.start(dataDir);
    const api = await plane.api();
    const names = async (): Promise<string[]> =>
      (await api.get(ClustersDocument, {})).clusters.edges.map(({ node }) => node.name);
    expect(await names()).toEqual(['first']);
    const port = Number(new URL(plane.url).port);
    const kept = await demo(['--size', '1'], port);
    expect([kept.code, kept.err]).toEqual([0, '']);
    const second = await demo(['--size=1', '--keep=false', '--exit'], port);
    expect([second.code, second.err]).toEqual([0, '']);
    expect(second.out).toMatch(/demo-2/);
    expect(await names()).toEqual(['first', 'demo']);
    await plane.stop();
  });

  it('says what it can do, and what it cannot', async () => {
    const help = await demo(['--help'], 0);
    expect(help.code).toBe(0);
    for (const flag of ['--size', '--name', '--keep', '--exit', '--help']) expect(help.out).toContain(flag);
    const unknown = await demo(['--sise', '3'], 0);
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('--sise');
    const tooLarge = await demo(['--size', '99', '--name', 'large'], 0);
    expect(tooLarge.code).not.toBe(0);
    expect(tooLarge.out + tooLarge.err).toMatch(/size/);
  });
});
