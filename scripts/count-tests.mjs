// Reads vitest's JSON reports and prints what failed, then the closing line. Fails when nothing ran.
// `--failed=lint`: a check that is no test failed, and has said why.
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

const args = process.argv.slice(2);
const checks = args.flatMap((each) => /^--failed=(.+)$/.exec(each)?.[1] ?? []);
let [passed, failed, skipped] = [0, checks.length, 0];
for (const check of checks) console.log(`failed: ${check}: what it found stands above`);
for (const file of args.filter((each) => !each.startsWith('--'))) {
  const report = read(file);
  passed += report.numPassedTests;
  skipped += report.numPendingTests + report.numTodoTests;
  const failures = (report.testResults ?? []).flatMap(failuresOf);
  for (const line of failures) console.log(`failed: ${line}`);
  failed += Math.max(failures.length, report.success === false ? 1 : 0);
}
console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;

/** A line each: what is above may be long, or cut off. A file that does not even load has no test that could fail. */
function failuresOf({ name, status, message, assertionResults }) {
  const file = relative(process.cwd(), name);
  const tests = assertionResults.filter((each) => each.status === 'failed');
  if (status === 'failed' && tests.length === 0) return [`${file}: ${inOneLine(message)}`];
  return tests.map(
    ({ fullName, failureMessages }) => `${file} > ${fullName}: ${inOneLine(failureMessages[0])}`,
  );
}

/** Without the stack; of a long one, the end matters too: a command that fails says last why. */
function inOneLine(message = '') {
  const [words] = stripVTControlCharacters(message).split(/\n +at /);
  const line = words
    .trim()
    .split(/\s*\n\s*/)
    .join(' ⏎ ');
  return line.length <= 1500 ? line : `${line.slice(0, 500)} … ${line.slice(-1000)}`;
}

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numPendingTests: 0, numTodoTests: 0, success: false };
  }
}
