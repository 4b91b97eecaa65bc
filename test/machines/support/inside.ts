import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import type { Lab } from './lab.js';

const execute = promisify(execFile);
const { signal } = new AbortController();

/** Runs a shell script as root inside a server of the lab, past SSH and past DTrove; what it prints. Rejects where it fails. */
export async function inside({ env }: Lab, server: string, script: string): Promise<string> {
  // Where the lab is, its socket is.
  const LXD_DIR = dirname(env['DTROVE_INCUS_URL']?.replace(/^unix:/, '') ?? '');
  const args = ['--project', env['DTROVE_INCUS_PROJECT'] ?? '', 'exec', server, '--', 'sh', '-c', script];
  const running = execute('lxc', args, { env: { ...process.env, LXD_DIR }, maxBuffer: 64 * 1024 * 1024 });
  running.child.stdin?.end(); // else it waits for a configuration
  return (await running).stdout;
}

/** Hands in the servers of a lab's project, which do what DTrove knows nothing of. */
export interface Inside {
  /** As {@link inside}, trimmed. */
  run(server: string, script: string): Promise<string>;
  /** Whether a script succeeds. */
  holds(server: string, script: string): Promise<boolean>;
  /** Stops, starts, freezes or unfreezes a server, at once. */
  change(server: string, action: 'stop' | 'start' | 'freeze' | 'unfreeze'): Promise<void>;
}

export const openInside = (lab: Lab): Inside => ({
  run: async (server, script) => (await inside(lab, server, script)).trim(),
  holds: (server, script) =>
    inside(lab, server, script).then(
      () => true,
      () => false,
    ),
  change: (server, action) =>
    lab.api.change('PUT', `/instances/${server}/state`, signal, { action, force: true, timeout: 30 }),
});
