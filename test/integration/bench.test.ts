import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';

// No type checker looks at the benches, which use the manager's own commands: whether they still run is seen here.
const program = join(import.meta.dirname, '../../bench/run.mjs');

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'dtrove-bench-test-'));
});
afterAll(() => rm(directory, { recursive: true }));

it('measures a cluster beside its floor, and writes what it has measured', async () => {
  const file = join(directory, 'figures.json');
  const args = [program, 'create', '--rounds', '1', '--sizes', '2', '--json', file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { create } = JSON.parse(await readFile(file, 'utf8')) as { create: { size: number; ratio: number }[] };
  expect(create).toEqual([expect.objectContaining({ size: 2, ratio: expect.any(Number) as unknown })]);
  expect(stdout).toContain('Where the time goes: 2 nodes');
}, 120_000);

const onOpenSsh = existsSync('/usr/sbin/sshd') ? it : it.skip;

onOpenSsh(
  'drives real sshds beside a shell over ControlMaster, and leaves none of them',
  async () => {
    const file = join(directory, 'fan-out.json');
    const args = [program, 'fan-out', '--without-ansible', '--hosts', '3', '--rounds', '1', '--json', file];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, TMPDIR: directory },
    });
    const figures = JSON.parse(await readFile(file, 'utf8')) as { 'fan-out': { hosts: number; contestants: object }[] };
    expect(figures['fan-out']).toMatchObject([{ hosts: 3 }]);
    expect(Object.keys(figures['fan-out'][0]?.contestants ?? {})).toEqual(['DTrove', 'ControlMaster']);
    expect(stdout).toContain('One command and four steps');
    expect(stderr).not.toContain('clean-up:');
    const { stdout: processes } = await promisify(execFile)('ps', ['-ax', '-o', 'args=']);
    expect(processes).not.toContain(directory);
  },
  120_000,
);

it('looks at servers, round by round, and writes nothing', async () => {
  const file = join(directory, 'health.json');
  const args = [program, 'health', '--servers', '5', '--rounds', '2', '--json', file];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  const { health } = JSON.parse(await readFile(file, 'utf8')) as { health: object[] };
  expect(health).toEqual([expect.objectContaining({ servers: 5, events: 0, cpu: expect.any(Number) as unknown })]);
  expect(stdout).toContain('A round of health');
  expect(stderr).toBe('');
}, 120_000);

it('floods workers with clusters, loses none, and has a peer do as many writes; real clusters come and go', async () => {
  const file = join(directory, 'load.json');
  const few = ['--clusters', '8', '--workers', '2', '--wakes', '1', '--locals', '1', '--together', '2'];
  const { stdout } = await promisify(execFile)(process.execPath, [program, 'load', ...few, '--json', file]);
  const { load } = JSON.parse(await readFile(file, 'utf8')) as { load: { floods: object[]; local: object } };
  const number = expect.any(Number) as unknown;
  const flood = {
    ...{ workers: 2, clusters: 8, lost: 0, perSecond: number, ratio: number },
    ...{ queued: { p50: number, p99: number }, wake: { p50: number, p99: number } },
  };
  expect(load.floods).toMatchObject([flood]);
  expect(load.local).toMatchObject({ count: 1, together: 2, failed: 0, memory: { early: number, late: number } });
  expect(stdout).toContain('Beside graphile-worker');
}, 600_000);

it('tells subscribers something every second, and misses none', async () => {
  const file = join(directory, 'subscriptions.json');
  const args = [program, 'subscriptions', '--clients', '5,20', '--seconds', '3', '--json', file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { subscriptions } = JSON.parse(await readFile(file, 'utf8')) as { subscriptions: object[] };
  expect(subscriptions).toMatchObject([
    { clients: 5, delivered: 15, errors: 0 },
    { clients: 20, delivered: 60, errors: 0 },
  ]);
  expect(stdout).toContain('Subscribers of serverStatus');
}, 300_000);

it('says which limit stands in the way of many subscribers', async () => {
  const going = promisify(execFile)(process.execPath, [program, 'subscriptions', '--clients', '900000000']);
  await expect(going).rejects.toMatchObject({ stderr: expect.stringContaining('ulimit -Hn') as unknown });
});

it('asks for a list beside bare servers that give the very same answer', async () => {
  const file = join(directory, 'queries.json');
  const args = [program, 'queries', '--seconds', '1', '--rounds', '1', '--connections', '2', '--json', file];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const { queries } = JSON.parse(await readFile(file, 'utf8')) as { queries: { name: string; perSecond: number }[] };
  expect(queries.map(({ name }) => name)).toEqual(['DTrove', 'Apollo', 'Yoga', 'Mercurius with JIT']);
  expect(queries.every(({ perSecond }) => perSecond > 0)).toBe(true);
  expect(stdout).toContain('A list of 50 clusters');
}, 300_000);

it('wants a lab for backups, says so where there is none, and refuses sizes that are none', async () => {
  const ask = (...more: string[]) =>
    promisify(execFile)(process.execPath, [program, 'backup', ...more], {
      env: { ...process.env, LAB_DIR: join(directory, 'nowhere') },
    });
  const { stdout, stderr } = await ask('--scale', '1', '--noise', '0');
  expect(stderr).toMatch(/not there: (the lab|ssh)/);
  expect(stdout).toBe('');
  await expect(ask('--scale', '0')).rejects.toMatchObject({ stderr: expect.stringContaining('--scale') as unknown });
});

it('shows speeds of the data, each beside ours of the same round', async () => {
  type Table = { readonly title: string; readonly rows: readonly (readonly (string | number)[])[] };
  const { throughputTable } = (await import(join(program, '../backup-table.mjs'))) as {
    throughputTable: (figures: object) => Table;
  };
  const one = (median: number, taken: readonly number[]) => ({ median, taken });
  const of = { rounds: 2, contestants: { DTrove: one(1500, [1000, 2000]), 'by hand': one(1500, [500, 2500]) } };
  const stored = { DTrove: 1e8, 'by hand': 2e8 };
  const table = throughputTable({ scale: 1, noise: 5, bytes: 3e8, backup: of, restore: of, stored });
  expect(table.rows[1]).toEqual(['backup', 'by hand', 2, '1500 ms', 200, '200 MB', '0.88 (0.50, 1.25)', '≥0.9']);
  expect(table.rows).toHaveLength(4);
});
