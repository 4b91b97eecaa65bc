import { spawn } from 'node:child_process';
import { once } from 'node:events';

/**
 * Runs a program to its end; milliseconds that it took. Throws with its last words where it fails.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 */
export async function timed(program, args, options = {}) {
  const began = performance.now();
  const child = spawn(program, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said = (said + chunk).slice(-8192)));
  // Not 'close': the connections that ssh keeps hold its output.
  const [code] = await once(child, 'exit');
  const took = performance.now() - began;
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: exit ${code}\n${said.trim()}`);
  return took;
}
