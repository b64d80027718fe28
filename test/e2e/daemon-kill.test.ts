import { readdirSync, readFileSync } from 'node:fs';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { get, until } from '../rig/http.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

const KILLS = 20;

const compose = `
services:
  writer:
    image: node:20
    working_dir: /app
    command: [node, writer.js]
    volumes: [".:/app"]
    restart: always
  page:
    image: node:20
    working_dir: /app
    command: [node, page.js]
    volumes: [".:/app"]
    ports: ["18321:18322"]
  task:
    image: node:20
    working_dir: /app
    command: [node, task.js]
    volumes: [".:/app"]
`;

// 50,000 numbered lines a second, in bursts of 500 every 10 ms.
const writer = `
let next = 0;
setInterval(() => {
  let text = '';
  for (let each = 0; each < 500; each += 1) text += 'line ' + next++ + '\\n';
  require('fs').writeSync(1, text);
}, 10);
`;

const page = `require('http').createServer((_, answer) => answer.end('ok')).listen(18322);`;

// Ends with its own code when it is told to, whether or not anybody watches.
const task = `const wait = setInterval(() => { if (require('fs').existsSync('/app/end')) { clearInterval(wait); process.exit(7); } }, 20);`;

test('20 times the daemon is killed: services run on, no line is lost or doubled, no request fails, exit codes are known', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write({
    'compose.yaml': compose,
    'writer.js': writer,
    'page.js': page,
    'task.js': task,
  });
  const up = await sandbox.run(['up', '-d'], { cwd });
  expect(up, up.stderr).toMatchObject({ code: 0 });
  const before = await pidsOf(sandbox, cwd);

  const load = startLoad('http://127.0.0.1:18321/');
  for (let kill = 0; kill < KILLS; kill += 1) {
    process.kill(daemonPid(sandbox), 'SIGKILL');
    // The task ends while nobody watches.
    if (kill === KILLS - 1) await sandbox.write({ end: '' });
    if (kill === KILLS - 1) await pause(300);
    const { code, stderr } = await sandbox.run(['restart', '--help'], { cwd });
    expect(code, stderr).toBe(0);
    await sandbox.run(['up', '-d', '--no-wait', 'writer', 'page'], { cwd });
  }
  const { requests, failed } = await load.stop();
  expect({ failed, many: requests > 200 }).toEqual({ failed: 0, many: true });

  const after = await pidsOf(sandbox, cwd);
  expect(after.filter(({ service }) => service !== 'task')).toEqual(
    before.filter(({ service }) => service !== 'task'),
  );
  const { stdout } = await sandbox.run(['ps', '-a', '--format', 'json', 'task'], { cwd });
  expect(JSON.parse(stdout)).toMatchObject({ State: 'exited', ExitCode: 7 });

  await sandbox.run(['stop'], { cwd });
  expect(await numberedLines(sandbox)).toMatchObject({ missing: 0, doubled: 0 });
});

test('the web process killed: started again by its policy', async () => {
  await using sandbox = await createSandbox();
  const cwd = await sandbox.write({
    'compose.yaml': compose.replace('ports:', 'restart: unless-stopped\n    ports:'),
    'writer.js': writer,
    'page.js': page,
    'task.js': task,
  });
  expect((await sandbox.run(['up', '-d', 'page'], { cwd })).code).toBe(0);
  const [{ pid } = { pid: 0 }] = await pidsOf(sandbox, cwd);
  process.kill(pid, 'SIGKILL');
  await until('http://127.0.0.1:18321/', ({ status }) => status === 200);
  const [again] = await pidsOf(sandbox, cwd);
  expect(again?.pid).not.toBe(pid);
});

interface Pid {
  readonly service: string;
  readonly pid: number;
}

async function pidsOf(sandbox: Sandbox, cwd: string): Promise<readonly Pid[]> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json'], { cwd });
  return stdout
    .trim()
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const { Service: service, Pid: pid } = JSON.parse(line) as {
        readonly Service: string;
        readonly Pid: number;
      };
      return { service, pid };
    });
}

/** The daemon of this sandbox, found as a stranger would find it. */
function daemonPid(sandbox: Sandbox): number {
  for (const pid of readdirSync('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    const command = commandOf(pid);
    if (command.includes('/daemon.js') && command.includes(sandbox.folder)) return Number(pid);
  }
  throw new Error('no daemon runs');
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function startLoad(url: string) {
  let requests = 0;
  let failed = 0;
  const over = new AbortController();
  const worker = async (): Promise<void> => {
    while (!over.signal.aborted) {
      requests += 1;
      try {
        const { status } = await get(url);
        if (status !== 200) failed += 1;
      } catch {
        failed += 1;
      }
      await pause(5);
    }
  };
  const workers = [worker(), worker(), worker()];
  return {
    async stop() {
      over.abort();
      await Promise.all(workers);
      return { requests, failed };
    },
  };
}

async function numberedLines({ state }: Sandbox): Promise<{
  readonly missing: number;
  readonly doubled: number;
  readonly lines: number;
}> {
  const file = join(state, 'local/project/units/writer-1/log');
  let next = 0;
  let missing = 0;
  let doubled = 0;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const number = Number(line.replace('line ', ''));
    if (number > next) missing += number - next;
    if (number < next) doubled += 1;
    next = number + 1;
  }
  return { missing, doubled, lines: next };
}
