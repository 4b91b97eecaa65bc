import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const script = fileURLToPath(new URL('../../lab/lxd.sh', import.meta.url));

/** Raises the lab, unless DTROVE_INCUS_URL names another one, and puts its variables into the tests' environment. */
export default function raiseLab() {
  if (process.env['DTROVE_INCUS_URL']) return;
  const { status, stdout, error } = spawnSync(script, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status === 0) {
    for (const line of stdout.trim().split('\n')) {
      const at = line.indexOf('=');
      process.env[line.slice(0, at)] = line.slice(at + 1);
    }
    return;
  }
  // 3: the script has said why this machine cannot.
  if (status !== 3) throw error ?? new Error(`test/lab/lxd.sh ended with ${status}`);
  process.stderr.write('the tests on real servers are skipped: this machine cannot carry them\n');
}
