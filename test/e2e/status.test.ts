import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { get, until } from '../rig/http.ts';
import { createSandbox, type Sandbox, users } from '../rig/sandbox.ts';

const page = 'http://127.0.0.1:8000';

describe.each(users)('examples/status as %s', (user) => {
  describe.each(['mount', 'none'] as const)('with --isolation %s', (isolation) => {
    test('comes up, tells when the database is away, recovers, and keeps its rows', async () => {
      // Each user and each isolation builds on an empty machine once.
      const cache = (user === 'root') === (isolation === 'mount') ? 'own' : 'shared';
      await using sandbox = await createSandbox({ user, cache, examplePorts: true });
      const cwd = await sandbox.copy('examples/status');
      const up = await sandbox.run(['--isolation', isolation, 'up', '-d'], { cwd });
      expect(up, up.stderr).toMatchObject({ code: 0 });

      const answer = await get(`${page}/`);
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('database: ok') });
      expect((await get(`${page}/healthz`)).status).toBe(200);

      await killPostgres(sandbox, cwd);
      await until(`${page}/healthz`, ({ status }) => status === 503);
      await until(`${page}/healthz`, ({ status }) => status === 200);
      const before = await migrations();
      expect(before.length).toBeGreaterThan(0);
      expect((await sandbox.run(['down'], { cwd })).code).toBe(0);
      await expect(get(page)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
      expect((await sandbox.run(['--isolation', isolation, 'up', '-d'], { cwd })).code).toBe(0);
      await until(`${page}/healthz`, ({ status }) => status === 200);
      expect(await migrations()).toEqual(before);
    });
  });

  test('attached: shows the page’s address and the logs; one Ctrl-C stops everything in order', async () => {
    await using sandbox = await createSandbox({ user, examplePorts: true });
    const cwd = await sandbox.copy('examples/status');
    const running = sandbox.start(['up'], { cwd });
    await running.says('http://localhost:8000');
    await running.says(/web-1 +\| /);
    expect((await get(page)).status).toBe(200);
    running.child.kill('SIGINT');
    const { code, stderr } = await running.ended;
    expect(code, stderr).toBe(130);
    expect(stderr.indexOf('web  stopped')).toBeLessThan(stderr.indexOf('postgres_db  stopped'));
    await expect(get(page)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const { stdout } = await sandbox.run(['ps', '-a', '--format', 'json'], { cwd });
    expect(
      stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { State: string }).State),
    ).toEqual(['exited', 'exited']);
  });
});

test('an unchanged up changes nothing', async () => {
  await using sandbox = await createSandbox({ examplePorts: true });
  const cwd = await sandbox.copy('examples/status');
  expect((await sandbox.run(['up', '-d'], { cwd })).code).toBe(0);
  const before = await pids(sandbox, cwd);
  const again = await sandbox.run(['up', '-d'], { cwd });
  expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing has changed') });
  expect(await pids(sandbox, cwd)).toEqual(before);
});

test('down -v refuses without a terminal, names what is at stake, and --yes answers', async () => {
  await using sandbox = await createSandbox({ examplePorts: true });
  const cwd = await sandbox.copy('examples/status');
  await sandbox.run(['up', '-d'], { cwd });
  const refused = await sandbox.run(['down', '-v'], { cwd });
  expect(refused).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('status_postgres_data'),
  });
  expect((await get(page)).status).toBe(200);
  expect((await sandbox.run(['down', '-v', '--yes'], { cwd })).code).toBe(0);
  await expect(
    readFile(
      join(sandbox.home, '.local/share/bowline/volumes/local/status_postgres_data/PG_VERSION'),
    ),
  ).rejects.toMatchObject({ code: 'ENOENT' });
});

async function pids(sandbox: Sandbox, cwd: string): Promise<readonly unknown[]> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json'], { cwd });
  return stdout
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as { readonly Pid: number }).Pid);
}

async function killPostgres(sandbox: Sandbox, cwd: string): Promise<void> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json', 'postgres_db'], { cwd });
  const { Pid: pid } = JSON.parse(stdout) as { readonly Pid: number };
  process.kill(pid, 'SIGKILL');
}

interface Status {
  readonly database: {
    readonly migrations: { readonly applied: readonly { readonly appliedAt: string }[] };
  };
}

async function migrations(): Promise<Status['database']['migrations']['applied']> {
  const { body } = await get(`${page}/api/status`);
  return (JSON.parse(body) as Status).database.migrations.applied;
}
