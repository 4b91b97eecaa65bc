import { writeFileSync } from 'node:fs';
import { relative } from 'node:path';

/**
 * The last line of a test run, plain enough for any reader: `120 passed, 0 failed`. The files that have failed, a line
 * each, are written to the file that `DTROVE_FAILED_TESTS` names, if it is set.
 */
export default class Totals {
  onRunComplete(
    _contexts,
    { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites, testResults },
  ) {
    // A file that could not even be loaded has failed, though none of its tests was counted.
    const failed = numFailedTests + numRuntimeErrorTestSuites;
    const skipped = numPendingTests === 0 ? '' : `, ${numPendingTests} skipped`;
    process.stdout.write(`${numPassedTests} passed, ${failed} failed${skipped}\n`);
    const list = process.env.DTROVE_FAILED_TESTS;
    if (!list) return;
    const bad = testResults.filter(({ numFailingTests, testExecError }) => numFailingTests > 0 || testExecError);
    writeFileSync(list, bad.map(({ testFilePath }) => `${relative(process.cwd(), testFilePath)}\n`).join(''));
  }
}
