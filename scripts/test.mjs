// Runs every suite that needs no bed of its own. Those of the cluster mostly wait for it, and so run beside the others.
import { spawn } from 'node:child_process';

const report = process.env.BOWLINE_TEST_REPORT;
const beside = run(['--project', 'kubernetes'], `${report}.kubernetes`, 'pipe');
const others = ['unit', 'conformance', 'docker', 'podman', 'contract', 'end-to-end'];
const first = await run(
  others.flatMap((name) => ['--project', name]),
  report,
  'inherit',
);
const second = await beside;
process.stdout.write(second.output);
process.exitCode = Math.max(first.code, second.code);

function run(args, reportTo, stream) {
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
