import { readFile } from 'node:fs/promises';
import { treeOf } from './processes.mjs';

/** Of Linux on all machines that Node runs on. */
const ticksPerSecond = 100;

/** Seconds of CPU that one process has used, with its children that have ended. */
async function used(pid) {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).map(Number);
  return ticks.reduce((sum, value) => sum + value, 0) / ticksPerSecond;
}

/** Seconds of CPU of processes and all below them, those that have ended included; NaN where the system does not tell. @param {readonly number[]} pids */
export async function cpuOf(pids) {
  const trees = await Promise.all(pids.map(treeOf));
  const seconds = await Promise.all(trees.flat().map(used));
  return seconds.reduce((sum, value) => sum + value, 0);
}

/** Seconds of CPU of one process alone. @param {number} pid */
export const cpuOfOne = (pid) => used(pid);
