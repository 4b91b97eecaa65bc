import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Lab } from './lab.js';

const run = promisify(execFile);

/** Runs a shell script inside a server of the lab, past SSH and past DTrove. Rejects where it fails. */
export async function inside({ env }: Lab, server: string, script: string): Promise<string> {
  const args = ['--project', env['DTROVE_INCUS_PROJECT'] ?? '', 'exec', server, '--', 'sh', '-c', script];
  const running = run('lxc', args, { env: { LXD_DIR: '/var/lib/dtrove-lab/run', ...process.env } });
  running.child.stdin?.end(); // else it waits for a configuration
  return (await running).stdout;
}
