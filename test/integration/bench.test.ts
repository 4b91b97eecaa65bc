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
