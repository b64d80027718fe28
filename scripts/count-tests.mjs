// Reads vitest's JSON reports and prints the closing line. Fails when nothing ran.
import { readFileSync } from 'node:fs';

let [passed, failed, skipped] = [0, 0, 0];
for (const file of process.argv.slice(2)) {
  const report = read(file);
  passed += report.numPassedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  // A file that does not even load has no test that could fail.
  const isBroken = report.numFailedTests === 0 && report.success === false;
  failed += isBroken ? Math.max(1, report.numFailedTestSuites ?? 0) : report.numFailedTests;
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
  }
}
