import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { runCommand } from '../../../host/run-command.ts';
import type { View } from '../isolation.ts';
import { namespaceProcess } from './mount-namespace.ts';
import { probeIsolation } from './probe-isolation.ts';

const { signal } = new AbortController();
const unshare = '/usr/bin/unshare';
const uid = process.getuid?.() ?? 0;
const gid = process.getgid?.() ?? 0;
const PATH = process.env['PATH'] ?? '/usr/bin:/bin';
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bl-mount '));
  mkdirSync(join(folder, 'app/bin'), { recursive: true });
  mkdirSync(join(folder, 'data'));
  writeFileSync(join(folder, 'app/hello.sh'), '#!/bin/sh\necho "hello from $0 in $(pwd)"\n', {
    mode: 0o755,
  });
  writeFileSync(join(folder, 'secret'), 's3cret$`"\n');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const answer = await probeIsolation({
  cache: mkdtempSync(join(tmpdir(), 'bl-probe-')),
  unshare,
  uid,
  gid,
  signal,
});
// oxlint-disable-next-line no-console -- a test that is left out says so
if (answer.level === 'none') console.warn(`SKIPPED: no mount namespaces here: ${answer.reason}`);

async function run(
  argv: readonly [string, ...string[]],
  { views = [], cwd = '/' }: { views?: readonly View[]; cwd?: string } = {},
) {
  const { argv: outer, environment } = namespaceProcess(
    { argv, cwd, environment: new Map([['PATH', PATH]]) },
    { views, hosts: new Map([['postgres_db', '127.200.1.2']]) },
    { scratch: join(folder, 'scratch'), unshare, uid, gid },
  );
  return runCommand(outer, { environment, signal });
}

describe.skipIf(answer.level === 'none')('a process in a mount namespace', () => {
  const app = (): View => ({ source: join(folder, 'app'), target: '/app', readOnly: false });

  test('has the paths of its image, and the machine never gets them', async () => {
    const { stdout, stderr } = await run(['/app/hello.sh'], { views: [app()], cwd: '/app' });
    expect(stdout, stderr).toBe('hello from /app/hello.sh in /app\n');
    expect(readdirSync('/')).not.toContain('app');
  });

  test('knows the other services by name', async () => {
    const { stdout } = await run(['/usr/bin/getent', 'hosts', 'postgres_db']);
    expect(stdout).toMatch(/^127\.200\.1\.2\s+postgres_db/);
  });

  test('reads a secret below a folder of the machine, and cannot write it', async () => {
    const secret = { source: join(folder, 'secret'), target: '/run/secrets/key', readOnly: true };
    const { stdout, stderr } = await run(
      ['/bin/sh', '-c', 'cat /run/secrets/key; echo x > /run/secrets/key'],
      { views: [secret] },
    );
    expect(stdout).toBe('s3cret$`"\n');
    expect(stderr).toContain('Read-only');
  });

  test('a volume may lie inside a mounted folder', async () => {
    writeFileSync(join(folder, 'data/kept'), '');
    const data = { source: join(folder, 'data'), target: '/app/data', readOnly: false };
    const { stdout, stderr } = await run(['/bin/ls', '/app', '/app/data'], {
      views: [app(), data],
    });
    expect(stdout, stderr).toBe('/app:\nbin\ndata\nhello.sh\n\n/app/data:\nkept\n');
  });

  test('an image that has files in /usr/src hides nothing of the machine', async () => {
    mkdirSync(join(folder, 'usr/src/app'), { recursive: true });
    writeFileSync(join(folder, 'usr/src/app/x'), 'here\n');
    const usr = { source: join(folder, 'usr'), target: '/usr', readOnly: false, merge: true };
    const { stdout, stderr } = await run(['/usr/bin/cat', '/usr/src/app/x'], {
      views: [usr],
      cwd: '/usr/src/app',
    });
    expect(stdout, stderr).toBe('here\n');
  });

  test('is the program itself, not a wrapper, and as the same user', async () => {
    const { stdout } = await run(['/bin/sh', '-c', 'echo $(id -u) $PPID']);
    expect(stdout).toBe(`${uid} ${process.pid}\n`);
  });

  test.each([['a b'], ['$HOME'], ['"'], ["'"], ['-n'], ['\n'], ['é☃']])(
    'arguments arrive as they are: %j',
    async (argument) => {
      const { stdout } = await run(['/usr/bin/printf', '%s', argument]);
      expect(stdout).toBe(argument);
    },
  );

  test('a path through a link of the machine is not made on the machine', async () => {
    const target = `/var/run/bowline-test-${process.pid}`;
    const { stdout, stderr } = await run(['/bin/ls', target], {
      views: [{ source: join(folder, 'app'), target, readOnly: false }],
    });
    expect(stdout, stderr).toBe('bin\nhello.sh\n');
    expect(readdirSync('/run')).not.toContain(`bowline-test-${process.pid}`);
  });

  test('a service’s own PATH need not know where mount is', async () => {
    const { argv } = namespaceProcess(
      { argv: ['/bin/echo', 'ok'], cwd: '/', environment: new Map() },
      { views: [], hosts: new Map() },
      { scratch: join(folder, 'scratch'), unshare, uid, gid },
    );
    const { stdout, stderr } = await runCommand(argv, {
      environment: { PATH: '/nowhere' },
      signal,
    });
    expect(stdout, stderr).toBe('ok\n');
  });

  test('gives the exit code of the program', async () => {
    expect((await run(['/bin/sh', '-c', 'exit 7'])).exit).toEqual({ kind: 'code', code: 7 });
  });
});
