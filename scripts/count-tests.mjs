// Reads vitest's JSON report and prints the closing line. Fails when nothing ran.
import { readFileSync } from 'node:fs';

const [, , file] = process.argv;
let report;
try {
  report = JSON.parse(readFileSync(file, 'utf8'));
} catch {
  report = { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
}
const {
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests,
  numTodoTests,
  numFailedTestSuites = 0,
  success,
} = report;
// A file that does not even load has no test that could fail.
const broken = failed === 0 && success === false ? Math.max(1, numFailedTestSuites) : failed;
console.log(`${passed} passed, ${broken} failed, ${numPendingTests + numTodoTests} skipped`);
process.exitCode = broken > 0 || passed === 0 ? 1 : 0;
