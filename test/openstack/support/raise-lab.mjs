import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../lab/openstack/up.sh', import.meta.url));

/**
 * Uses the OpenStack of the `OS_*` variables (an administrator's) where they are given, else raises the lab, of the kind that
 * LAB_OPENSTACK names (fake unless given), and puts its variables into the tests' environment.
 */
export default function raiseLab() {
  if (process.env['OS_AUTH_URL']) return;
  const mode = process.env['LAB_OPENSTACK'] ?? 'fake';
  const { status, stdout, error } = spawnSync(script, [mode], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (status === 0) {
    for (const line of stdout.trim().split('\n')) {
      const at = line.indexOf('=');
      process.env[line.slice(0, at)] = line.slice(at + 1);
    }
    return;
  }
  // 3: the script has said why this machine cannot.
  if (status !== 3) throw error ?? new Error(`test/lab/openstack/up.sh ended with ${status}`);
  process.stderr.write(
    'the tests on a real OpenStack are skipped: there is none, and this machine cannot carry one; OS_AUTH_URL and its like name one\n',
  );
}
