// Reads vitest's JSON reports and prints what failed, then the closing line. Fails when nothing ran.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

let [passed, failed, skipped] = [0, 0, 0];
for (const file of process.argv.slice(2)) {
  const report = read(file);
  passed += report.numPassedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  // A file that does not even load has no test that could fail.
  const isBroken = report.numFailedTests === 0 && report.success === false;
  failed += isBroken ? Math.max(1, report.numFailedTestSuites ?? 0) : report.numFailedTests;
  for (const each of report.testResults ?? []) tellFailures(each);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** A line a failure: what is above may be long, or cut off. */
function tellFailures({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const tests = assertionResults.filter((each) => each.status === 'failed');
  if (status === 'failed' && tests.length === 0) console.log(`failed: ${file}: ${first(message)}`);
  for (const { fullName, failureMessages } of tests)
    console.log(`failed: ${file} > ${fullName}: ${first(failureMessages[0])}`);
}

function first(message = '') {
  return stripVTControlCharacters(message).split('\n')[0].slice(0, 300);
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 1, numPendingTests: 0, numTodoTests: 0 };
  }
}
