import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { processesOf } from '../rig/processes.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

// A migration that waits for a file, so that it can be met in the middle of its work.
const files = {
  'compose.yaml': `
services:
  web:
    image: node:20
    working_dir: /app
    volumes: [".:/app"]
    command: sh -c "node migrate.js && exec node serve.js"
`,
  'migrate.js': `
const fs = require('node:fs');
fs.appendFileSync('runs.txt', 'begin\\n');
console.log('adding a column');
if (fs.existsSync('broken')) { console.error('relation "orders" does not exist'); process.exit(3); }
(function wait() {
  if (!fs.existsSync('go')) return setTimeout(wait, 20);
  fs.appendFileSync('runs.txt', 'end\\n');
  console.log('added');
})();
`,
  'serve.js': `console.log('serving'); setInterval(() => {}, 1000);`,
};

test('killed in the middle, the task goes on; the next up waits for it and runs no second one', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write(files);
  const first = sandbox.start(['up', '-d'], { cwd });
  await has(cwd, 'begin\n');
  first.child.kill('SIGKILL');
  await first.ended;
  const second = sandbox.start(['up', '-d'], { cwd });
  await second.says('adding a column');
  await writeFile(join(cwd, 'go'), '');
  const { code, stderr } = await second.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('release task done, still running');
  expect(await readFile(join(cwd, 'runs.txt'), 'utf8')).toBe('begin\nend\n');
  const { stdout } = await sandbox.run(['logs', '--task', '--no-log-prefix', 'web'], { cwd });
  expect(stdout).toBe('adding a column\nadded\n');
});

test('of two ups one waits and says for whom, or leaves with exit code 4', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write(files);
  const first = sandbox.start(['up', '-d'], { cwd });
  await has(cwd, 'begin\n');
  const refused = await sandbox.run(['up', '-d', '--no-wait-lease'], { cwd });
  expect(refused.code, refused.stderr).toBe(4);
  expect(refused.stderr).toContain(`"bowline up" (process ${first.child.pid})`);
  const second = sandbox.start(['up', '-d'], { cwd });
  await second.says(`waiting for "bowline up" (process ${first.child.pid})`);
  await writeFile(join(cwd, 'go'), '');
  expect((await first.ended).code).toBe(0);
  const { code, stderr } = await second.ended;
  expect(code, stderr).toBe(0);
  expect(stderr).toContain('nothing has changed');
  expect(await readFile(join(cwd, 'runs.txt'), 'utf8')).toBe('begin\nend\n');
});

test('when nobody saw how it ended, it is not run again without a word', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write(files);
  const first = sandbox.start(['up', '-d'], { cwd });
  await has(cwd, 'begin\n');
  first.child.kill('SIGKILL');
  await first.ended;
  killEverything(sandbox);
  const refused = await sandbox.run(['up', '-d'], { cwd });
  expect(refused.code, refused.stderr).toBe(6);
  expect(refused.stderr).toContain('task/unknown-outcome');
  expect(await readFile(join(cwd, 'runs.txt'), 'utf8')).toBe('begin\n');
  await writeFile(join(cwd, 'go'), '');
  const agreed = await sandbox.run(['up', '-d', '--yes'], { cwd });
  expect(agreed.code, agreed.stderr).toBe(0);
  expect(await readFile(join(cwd, 'runs.txt'), 'utf8')).toBe('begin\nbegin\nend\n');
});

test('a task that fails leaves what runs alone: exit code 6, its last lines, and the same process', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write({ ...files, go: '' });
  const up = await sandbox.run(['up', '-d'], { cwd });
  expect(up.code, up.stderr).toBe(0);
  expect(up.stderr).toContain(
    'its command is split: "node migrate.js" runs once before, "exec node serve.js" with each start',
  );
  const before = await pidOf(sandbox, cwd);
  await sandbox.write({
    broken: '',
    'compose.yaml': files['compose.yaml'].replace('image:', 'environment: [NEW=1]\n    image:'),
  });
  const failed = await sandbox.run(['up', '-d'], { cwd });
  expect(failed.code, failed.stderr).toBe(6);
  expect(failed.stderr).toContain('the release task of web exited with code 3');
  expect(failed.stderr).toContain('relation "orders" does not exist');
  expect(failed.stderr).toContain('web: the version from before goes on serving');
  expect(await pidOf(sandbox, cwd)).toBe(before);
});

test('Ctrl-C in the middle ends it in order', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write(files);
  const running = sandbox.start(['up'], { cwd });
  await has(cwd, 'begin\n');
  running.child.kill('SIGINT');
  const { code, stderr } = await running.ended;
  expect(code, stderr).toBe(130);
  expect(stderr).toContain('web  release task ended');
  expect(await readFile(join(cwd, 'runs.txt'), 'utf8')).toBe('begin\n');
});

async function has(cwd: string, text: string): Promise<void> {
  const path = join(cwd, 'runs.txt');
  for (let tries = 0; tries < 1500; tries += 1) {
    if (existsSync(path) && (await readFile(path, 'utf8')).includes(text)) return;
    await pause(20);
  }
  throw new Error(`${path} never had ${text}`);
}

async function pidOf(sandbox: Sandbox, cwd: string): Promise<number> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json', 'web'], { cwd });
  return (JSON.parse(stdout) as { readonly Pid: number }).Pid;
}

/** As when the power goes: supervisor, recorder and task at once. All stand still first, so that none sees another one's end. */
function killEverything({ home }: Sandbox): void {
  const pids = processesOf(home).map(({ pid }) => pid);
  for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of pids) send(pid, signal);
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone meanwhile.
  }
}
