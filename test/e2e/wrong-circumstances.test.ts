import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { processesOf } from '../rig/processes.ts';
import { createSandbox, type Sandbox, users } from '../rig/sandbox.ts';
import { expectAnswer } from '../rig/wrong-inputs/expect-answer.ts';
import { tracesIn } from '../rig/wrong-inputs/traces.ts';
import type { Files } from '../rig/wrong-inputs/wrong-input.ts';

const isRoot = process.getuid?.() === 0;
const UP = ['up', '-d'];

function database(image: string, password: string): Files {
  return {
    'compose.yaml': `services:
  db:
    image: ${image}
    environment: {POSTGRES_PASSWORD: ${password}}
    volumes: ["data:/var/lib/postgresql/data"]
volumes: {data: {}}
`,
  };
}

function server(port: number): Files {
  const program = 'require("http").createServer((q, r) => r.end("ok")).listen(process.env.PORT)';
  return {
    'compose.yaml': `services:
  web:
    image: node:20
    command: ["node", "-e", '${program}']
    environment: {PORT: 8080}
    ports: ["${port}:8080"]
`,
  };
}

/** A service that runs `script`, with further `lines`. */
function script(text: string, ...lines: readonly string[]): Files {
  const more = lines.map((line) => `    ${line}\n`).join('');
  return {
    'compose.yaml': `services:\n  web:\n    image: node:20\n    command: ["node", "-e", '${text}']\n${more}`,
  };
}

/** Nothing runs, and nothing is kept but records of what happened. */
async function expectClean(sandbox: Sandbox, cwd: string): Promise<void> {
  const { code, stderr } = await sandbox.down(cwd);
  expect(code, stderr).toBe(0);
  const left = processesOf(sandbox.folder).filter(({ command }) => !command.includes('daemon.js'));
  expect(left).toEqual([]);
  const { stdout } = await sandbox.run(['ps', '-a', '--format', 'json'], { cwd });
  expect(stdout.trim()).toBe('');
}

describe('what other programs hold', () => {
  test('a port that a program listens on: it is named, and nothing is touched', async () => {
    await using sandbox = await createSandbox();
    await using other = createServer();
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const cwd = await sandbox.write(server(port));
    const before = await tracesIn(sandbox);
    expectAnswer(await sandbox.run(UP, { cwd, leavesNothing: true }), {
      exitCode: 1,
      codes: ['native/port-taken'],
      at: 'compose.yaml:6:13',
      says: [`port ${port}`, `process ${process.pid}`, 'publish another port'],
    });
    expect(await tracesIn(sandbox)).toEqual(before);
  });

  test('a port of another project: that project is named', async () => {
    await using sandbox = await createSandbox();
    const port = await freePort();
    const first = await sandbox.write(server(port), 'first');
    const second = await sandbox.write(server(port), 'second');
    await succeed(sandbox, UP, { cwd: first });
    const before = await tracesIn(sandbox);
    expectAnswer(await sandbox.run(UP, { cwd: second, leavesNothing: true }), {
      exitCode: 1,
      codes: ['native/port-taken'],
      at: 'compose.yaml:6:13',
      says: ['project first', 'bowline -p first down'],
    });
    expect(await tracesIn(sandbox)).toEqual(before);
    await expectClean(sandbox, first);
  });
});

describe('an old volume', () => {
  test('with another password: says so, and the old one still opens it', async () => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.write(database('postgres:17', 'old'));
    await succeed(sandbox, UP, { cwd });
    await succeed(sandbox, ['down'], { cwd });
    await sandbox.write(database('postgres:17', 'new'));
    expectAnswer(await sandbox.run(UP, { cwd }), {
      exitCode: 1,
      codes: ['postgres/password-changed'],
      at: 'compose.yaml:2:3',
      says: ['POSTGRES_PASSWORD', 'ALTER ROLE', 'bowline down -v'],
    });
    await sandbox.write(database('postgres:17', 'old'));
    const again = await sandbox.run(UP, { cwd });
    expect(again.code, again.stderr).toBe(0);
    await expectClean(sandbox, cwd);
  });

  test('of another major version: refused before anything is touched, as is its deletion without a terminal', async () => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.write(database('postgres:17', 'x'));
    await succeed(sandbox, UP, { cwd });
    await succeed(sandbox, ['down'], { cwd });
    await sandbox.write(database('postgres:16', 'x'));
    expectAnswer(await sandbox.run(UP, { cwd }), {
      exitCode: 1,
      codes: ['postgres/major-mismatch'],
      at: 'compose.yaml:2:3',
      says: ['PostgreSQL 17', 'postgres:16', 'image: postgres:17'],
    });
    expectAnswer(await sandbox.run(['down', '-v'], { cwd }), {
      exitCode: 2,
      codes: ['arguments/needs-yes'],
      says: ['project_data', '--yes'],
    });
    await expectClean(sandbox, cwd);
  });
});

describe('where nothing can be written', () => {
  const places = [
    ['XDG_STATE_HOME', 'state'],
    ['XDG_DATA_HOME', 'volumes'],
    ['XDG_CACHE_HOME', 'made again'],
    ['XDG_RUNTIME_DIR', 'sockets'],
  ] as const;

  test.skipIf(!users.includes('nobody'))(
    'each folder of bowline’s own: the variable that chooses it is named, and nothing is touched',
    async () => {
      await using sandbox = await createSandbox({ user: 'nobody' });
      const cwd = await sandbox.write(database('postgres:17', 'x'));
      const closed = join(sandbox.folder, 'closed');
      mkdirSync(closed);
      for (const [variable, what] of places) {
        const before = await tracesIn(sandbox);
        const environment = { [variable]: closed };
        expectAnswer(await sandbox.run(UP, { cwd, environment, leavesNothing: true }), {
          exitCode: 1,
          codes: ['native/folder-not-writable'],
          says: [closed, variable, what],
        });
        expect(await tracesIn(sandbox)).toEqual(before);
      }
    },
  );

  test.skipIf(!isRoot)('a full disk: says how much is needed; with room it goes on', async () => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.write(database('postgres:17', 'x'));
    const small = join(sandbox.folder, 'small');
    mkdirSync(small);
    if (!mount('-t', 'tmpfs', '-o', 'size=20m', 'none', small)) return;
    const environment = { XDG_DATA_HOME: small };
    try {
      expectAnswer(await sandbox.run(UP, { cwd, environment }), {
        exitCode: 1,
        codes: ['postgres/disk-full'],
        at: 'compose.yaml:2:3',
        says: ['No space left on device', 'Free at least'],
      });
      mount('-o', 'remount,size=300m', small);
      const again = await sandbox.run(UP, { cwd, environment });
      expect(again.code, again.stderr).toBe(0);
      const down = await sandbox.run(['down', '-v', '--yes'], { cwd, environment });
      expect(down.code, down.stderr).toBe(0);
    } finally {
      await sandbox.run(['down', '-v', '--yes'], { cwd, environment });
      spawnSync('umount', [small]);
    }
  });
});

describe.skipIf(!users.includes('nobody'))('files that this user may not read', () => {
  const run = { image: 'node:20', command: 'node x.js' };
  const rows = [
    { file: 'compose.yaml', web: run, code: 'compose/missing-file' },
    { file: 'web.env', web: { ...run, env_file: 'web.env' }, code: 'compose/missing-env-file' },
    { file: 'x.js', web: { ...run, volumes: ['./x.js:/x.js'] }, code: 'native/mount-unreadable' },
    { file: 'Dockerfile', web: { build: '.' }, code: 'native/dockerfile-missing' },
  ];

  test.each(rows)('$file', async ({ file, web, code }) => {
    await using sandbox = await createSandbox({ user: 'nobody' });
    const files = { [file]: 'A=1\n', 'compose.yaml': JSON.stringify({ services: { web } }) };
    const cwd = await sandbox.write(files);
    spawnSync('chown', ['root', join(cwd, file)]);
    chmodSync(join(cwd, file), 0o600);
    const before = await tracesIn(sandbox);
    expectAnswer(await sandbox.run(UP, { cwd, leavesNothing: true }), {
      exitCode: 2,
      codes: [code],
      ...(file !== 'compose.yaml' && { at: 'compose.yaml:1:' }),
      says: [file, 'read'],
    });
    expect(await tracesIn(sandbox)).toEqual(before);
  });
});

describe('programs that do not do what they should', () => {
  test('a set-up step that fails: its place, its code and what it wrote', async () => {
    await using sandbox = await createSandbox();
    const scripts = { build: 'echo "cannot find module shop" >&2; exit 1' };
    const cwd = await sandbox.write({
      'compose.yaml': 'services:\n  web:\n    build: .\n',
      Dockerfile: 'FROM node:20\nWORKDIR /app\nCOPY . .\nRUN npm run build\nCMD ["node", "x.js"]\n',
      'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', scripts }),
    });
    expectAnswer(await sandbox.run(UP, { cwd }), {
      exitCode: 1,
      codes: ['native/setup-failed'],
      at: 'Dockerfile:4:1',
      says: ['npm run build', 'exited with code 1', 'cannot find module shop'],
    });
    await expectClean(sandbox, cwd);
  });

  // A shell, for it has failed before a busy machine has so much as started Node.
  const failing = ['entrypoint: [sh, -c, "echo no SECRET_KEY in the environment >&2; exit 3"]'];
  test.each([
    {
      title: 'ends at once',
      files: script('', ...failing),
      code: 'native/exited',
      how: 'exited with code 3',
      quotes: 'no SECRET_KEY',
    },
    {
      title: 'ends again and again',
      files: script('', ...failing, 'restart: always'),
      code: 'native/crash-loop',
      how: '3 times',
      quotes: 'no SECRET_KEY',
    },
    {
      title: 'is not there',
      files: script('', 'entrypoint: [no-such-program]'),
      code: 'native/exited',
      how: 'not found',
      quotes: 'no-such-program',
    },
    {
      title: 'never becomes healthy',
      files: script(
        'setInterval(() => {}, 1000)',
        'healthcheck: {test: "echo no SECRET_KEY in the environment; exit 1", interval: 50ms, retries: 2}',
      ),
      code: 'native/unhealthy',
      how: 'healthcheck fails',
      quotes: 'no SECRET_KEY',
    },
  ])('one that $title: how, and its last lines', async ({ files, code, how, quotes }) => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.write(files);
    expectAnswer(await sandbox.run(UP, { cwd }), {
      exitCode: 1,
      codes: [code],
      says: [how, quotes, 'bowline logs web'],
    });
    await expectClean(sandbox, cwd);
  });
});

async function succeed(...[sandbox, args, options]: Run): Promise<void> {
  const { code, stderr } = await sandbox.run(args, options);
  expect(code, stderr).toBe(0);
}

type Run = readonly [Sandbox, ...Parameters<Sandbox['run']>];

/** Below those that the system gives to whoever asks for any: nobody else gets it meanwhile. */
async function freePort(port = 20_000 + (process.pid % 10_000)): Promise<number> {
  await using trial = createServer();
  trial.listen(port, '127.0.0.1');
  const isFree = await once(trial, 'listening').then(
    () => true,
    () => false,
  );
  return isFree ? port : freePort(port + 1);
}

/** Containers may not mount; then there is nothing to test with, which is said. */
function mount(...args: readonly string[]): boolean {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0)
    process.stderr.write(`not tested, for nothing can be mounted here: ${stderr}\n`);
  return status === 0;
}
