import base from '../../jest.config.mjs';

/** Tests on real servers: not part of `npm test`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/machines/**/*.test.ts'],
  globalSetup: '<rootDir>/test/machines/support/raise-lab.mjs',
  testTimeout: 300_000,
  // Servers start at the same time as it is: two files at once would wait for each other.
  maxWorkers: 1,
};
