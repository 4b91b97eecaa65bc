// npm run test:chaos -- [--rounds N] [--minutes N] [--seed N] [--worlds N] [--clusters N] [--provider local|incus]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '200' },
    minutes: { type: 'string', default: 'Infinity' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000_000) },
    worlds: { type: 'string' },
    clusters: { type: 'string', default: '2' },
    provider: { type: 'string', default: 'local' },
  },
});
if (!['local', 'incus'].includes(values.provider)) {
  process.stderr.write(`--provider: is local or incus, not ${values.provider}\n`);
  process.exit(1);
}
const root = join(import.meta.dirname, '../..');
const jest = join(root, 'node_modules/jest/bin/jest.js');
const { status } = spawnSync(
  process.execPath,
  ['--experimental-vm-modules', '--no-warnings', jest, '--config', join(import.meta.dirname, 'jest.config.mjs')],
  {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      CHAOS_ROUNDS: values.rounds,
      CHAOS_MINUTES: values.minutes,
      CHAOS_SEED: values.seed,
      // Processes wait for leases to end most of the time: others use it. The lab has one disk for all.
      CHAOS_WORLDS: values.worlds ?? (values.provider === 'local' ? '2' : '1'),
      CHAOS_CLUSTERS: values.clusters,
      CHAOS_PROVIDER: values.provider,
    },
  },
);
process.exit(status ?? 1);
