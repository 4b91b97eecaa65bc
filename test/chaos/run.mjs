// npm run test:chaos -- [--rounds N] [--seed N]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ options: { rounds: { type: 'string' }, seed: { type: 'string' } } });
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
      CHAOS_ROUNDS: values.rounds ?? '200',
      CHAOS_SEED: values.seed ?? String(Date.now() % 1_000_000_000),
    },
  },
);
process.exit(status ?? 1);
