import base from '../../jest.config.mjs';

/** Tests on a real OpenStack: not part of `npm test`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/openstack/**/*.test.ts'],
  globalSetup: '<rootDir>/test/openstack/support/raise-lab.mjs',
  testTimeout: 300_000,
  // One cloud with few workers: two files at once would wait for each other.
  maxWorkers: 1,
};
