import { spawnSync } from 'node:child_process';
import { describe } from '@jest/globals';

const missing = ['zstd', 'openssl', 'curl'].filter((program) => spawnSync(program, ['--version']).error);

/** `describe` where this computer has the programs that pack backups of local clusters; says which it lacks elsewhere. */
export const onPacking = missing.length === 0 ? describe : describe.skip;

if (missing.length > 0)
  process.stderr.write(`tests of backups are skipped: this computer has no ${missing.join(', ')}\n`);
