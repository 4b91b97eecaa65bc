/** The last line of a test run, plain enough for any reader: `120 passed, 0 failed`. */
export default class Totals {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // A file that could not even be loaded has failed, though none of its tests was counted.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests === 0 ? '' : `, ${numPendingTests} skipped`;
    process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`);
  }
}
