import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A process and all that descend from it. @param {number} pid @returns {Promise<number[]>} */
export async function treeOf(pid) {
  const { stdout } = await run('ps', ['-ax', '-o', 'pid=,ppid=']);
  const pairs = stdout
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent) => pairs.filter(([, of]) => of === parent).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

const megabytes = (text, name) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? NaN) / 1024;

/** Its resident memory; PSS, where the system tells it, gives each process its share of what several hold. @param {number} pid */
export async function memoryOf(pid) {
  const { stdout } = await run('ps', ['-ww', '-o', 'rss=,args=', '-p', String(pid)]);
  const [, kb = '0', name = ''] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return { name: short(name), rss: Number(kb) / 1024, pss: megabytes(rollup, 'Pss') };
}

/** What it is, without where it is. */
const short = (args) =>
  /main\.js/.test(args) ? 'node (control plane)' : args.replace(/^\S*\/postgres -D .*/, 'postgres').slice(0, 60);
