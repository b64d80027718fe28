// Runs every suite but that of the beds. The engines' suites mostly wait for their engine, and so run beside the others.
import { spawn } from 'node:child_process';

const report = process.env.BOWLINE_TEST_REPORT;
const own = ['unit', 'conformance', 'end-to-end'];
const beside = [['docker', 'podman', 'contract'], ['kubernetes']];

const besides = beside.map((projects, index) => run(projects, `${report}.${index + 1}`, 'pipe'));
const ended = [await run(own, report, 'inherit')];
for (const each of besides) {
  const { code, output } = await each;
  process.stdout.write(output);
  ended.push({ code });
}
process.exitCode = Math.max(...ended.map(({ code }) => code));

function run(projects, reportTo, stream) {
  const args = projects.flatMap((name) => ['--project', name]);
  const child = spawn('vitest', ['run', ...args], {
    stdio: ['ignore', stream, stream],
    env: {
      ...process.env,
      ...(report !== undefined && { BOWLINE_TEST_REPORT: reportTo }),
    },
  });
  const chunks = [];
  for (const each of [child.stdout, child.stderr]) each?.on('data', (chunk) => chunks.push(chunk));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks) }));
  });
}
