// Runs every suite, in lanes beside each other: those of the engines mostly wait for their engine.
// With --beds, first that of the beds beside those that need none; then the beds are started, and stay.
import { spawn } from 'node:child_process';

const report = process.env.BOWLINE_TEST_REPORT;
let reports = 0;
/** Need no engine: they run in the lane that is through first. */
const LATER = ['test/contract/native.test.ts', 'test/e2e/daemon-kill.test.ts'];
const sooner = { options: LATER.flatMap((file) => ['--exclude', file]) };

const alone = test(['unit', 'conformance'], { stream: 'inherit' });
const withBeds = process.argv.includes('--beds');
const ofBeds = withBeds ? test(['beds']) : Promise.resolve(0);
const docker = ofBeds.then(() => start('docker'));
const kubernetes = docker.then(() => start('kubernetes'));
const podman = kubernetes.then(() => start('podman'));
const onKubernetes = kubernetes.then(() => test(['kubernetes']));
const wholePrograms = alone.then(() => test(['end-to-end'], sooner));

const codes = await Promise.all([
  alone,
  ofBeds,
  wholePrograms,
  docker.then(() => test(['docker', 'contract'], sooner)),
  onKubernetes,
  onKubernetes.then(() => test(['contract', 'end-to-end'], { options: LATER })),
  Promise.all([podman, wholePrograms]).then(() => test(['podman'])),
]);
process.exitCode = Math.max(...codes);

/** A bed that cannot start says why, and what needs it is skipped. */
async function start(bed) {
  if (withBeds) await run(process.execPath, ['scripts/bed.mjs', bed]);
}

function test(projects, { options = [], stream } = {}) {
  const args = ['run', ...projects.flatMap((name) => ['--project', name]), ...options];
  if (report === undefined) return run('vitest', args, { stream });
  const environment = { BOWLINE_TEST_REPORT: `${report}.${(reports += 1)}` };
  return run('vitest', args, { stream, environment });
}

/** Gives the exit code. What is written is shown as it comes, or whole at the end. */
function run(program, args, { stream = 'pipe', environment = {} } = {}) {
  const child = spawn(program, args, {
    stdio: ['ignore', stream, stream],
    env: { ...process.env, ...environment },
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
