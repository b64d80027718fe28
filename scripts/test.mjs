// Runs every suite, in lanes beside each other: those of the engines mostly wait for their engine.
// With --beds, first that of the beds beside those that need none; then the beds are up, and stay.
import { spawn } from 'node:child_process';

const report = process.env.BOWLINE_TEST_REPORT;
let reports = 0;

const alone = run('vitest', suites('unit', 'conformance'), 'inherit');
const ready = process.argv.includes('--beds') ? startBeds() : Promise.resolve([]);
const lanes = [
  ready.then(() => run('vitest', suites('docker', 'contract'))),
  ready.then(() => run('vitest', suites('kubernetes'))),
  // On the processors that the suites before have left.
  Promise.all([alone, ready]).then(() => run('vitest', suites('end-to-end', 'podman'))),
];

const ended = [await alone];
for (const lane of [ready, ...lanes]) ended.push(...[await lane].flat());
process.exitCode = Math.max(...ended);

/** A bed that cannot start says why, and what needs it is skipped. */
async function startBeds() {
  const code = await run('vitest', suites('beds'));
  for (const bed of ['docker', 'kubernetes', 'podman']) {
    await run(process.execPath, ['scripts/bed.mjs', bed]);
  }
  return [code];
}

function suites(...projects) {
  return ['run', ...projects.flatMap((name) => ['--project', name])];
}

/** Gives the exit code. What is written is shown as it comes, or whole at the end. */
function run(program, args, stream = 'pipe') {
  const child = spawn(program, args, {
    stdio: ['ignore', stream, stream],
    env: {
      ...process.env,
      ...(report !== undefined && { BOWLINE_TEST_REPORT: `${report}.${(reports += 1)}` }),
    },
  });
  const chunks = [];
  for (const each of [child.stdout, child.stderr]) each?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.stdout.write(Buffer.concat(chunks));
      resolve(code ?? 1);
    });
  });
}
