import base from '../../jest.config.mjs';

/** The ways of operations in some minutes, for TEST_MONGO=few; `npm test` has jobs and job-store-lost on MongoDB anyway. */
const few = ['roles', 'workers', 'cancel', 'way'];
const more = [
  'jobs',
  'job-store-lost',
  'backup-alarms',
  'outage',
  'database-outages',
  'gone',
  'orphans',
  'crash',
  'perform',
  'changes',
  'create-cluster',
];
const names = process.env['TEST_MONGO'] === 'few' ? few : [...few, ...more];

/** The integration tests with the job store on MongoDB: `npm run test:mongo`. */
/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  testMatch: names.map((name) => `<rootDir>/test/integration/${name}.test.ts`),
};
