import { mkdirSync, writeFileSync } from 'node:fs'

/** Prints `N passed, N failed, N skipped` last, and keeps that line for .ci/run. */
export default class ClosingLineReporter {
  onRunComplete(_contexts, { numPassedTests, numFailedTests, numPendingTests, numRuntimeErrorTestSuites }) {
    // a suite that could not even be loaded has no tests to count, and is a failure all the same
    const failed = numFailedTests + numRuntimeErrorTestSuites
    const line = `${numPassedTests} passed, ${failed} failed, ${numPendingTests} skipped`
    mkdirSync('.sluice', { recursive: true })
    writeFileSync('.sluice/test-summary.txt', `${line}\n`)
    process.stdout.write(`\n${line}\n`)
  }
}
