import base from '../../jest.config.mjs';

/** The crash suite: `npm run test:chaos`, not part of `npm test`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/chaos/**/*.test.ts'],
  ...(process.env['CHAOS_PROVIDER'] === 'incus' && { globalSetup: '<rootDir>/test/machines/support/raise-lab.mjs' }),
  testTimeout: 24 * 3_600_000,
  maxWorkers: 1,
};
