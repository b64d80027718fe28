import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { get } from '../rig/http.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

// As other people write them: nothing in these projects knows of bowline.
describe.each(['mount', 'none'] as const)('unchanged projects with --isolation %s', (isolation) => {
  test('Express: the one-shot migration runs before the API serves, and not again', async () => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.copy('test/projects/express');
    const up = await sandbox.run(['--isolation', isolation, 'up', '-d'], { cwd });
    expect(up, up.stderr).toMatchObject({ code: 0 });
    const made = await post('http://127.0.0.1:3000/todos', { title: 'tie a bowline' });
    expect(made.status, made.status === 201 ? '' : await logsOf(sandbox, cwd)).toBe(201);
    expect((await get('http://127.0.0.1:3000/todos')).body).toContain('tie a bowline');

    const again = await sandbox.run(['--isolation', isolation, 'up', '-d'], { cwd });
    expect(again.stderr).toContain('nothing has changed');

    // Published and target are the same port: the gate has it, and the program was told another one.
    expect((await get('http://[::1]:3000/todos')).status).toBe(200);
  });

  test('Flask: env_file, override file and init scripts; a changed leaf restarts one service only', async () => {
    await using sandbox = await createSandbox();
    const cwd = await sandbox.copy('test/projects/flask');
    const options = { cwd };
    const up = await sandbox.run(['--isolation', isolation, 'up', '-d'], options);
    expect(up, up.stderr).toMatchObject({ code: 0 });
    for (const port of [5001, 5002]) {
      expect((await get(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    }
    const before = await pids(sandbox, cwd);
    await writeFile(join(cwd, 'web.env'), '\nADDED=1\n', { flag: 'a' });
    const again = await sandbox.run(['--isolation', isolation, 'up', '-d'], options);
    expect(again, again.stderr).toMatchObject({ code: 0 });
    const after = await pids(sandbox, cwd);
    expect(after.get('db')).toBe(before.get('db'));
    expect(after.get('web')).not.toBe(before.get('web'));
    const { stdout } = await sandbox.run(['exec', 'web', 'printenv', 'ADDED'], options);
    expect(stdout).toBe('1\n');
  });
});

async function logsOf(sandbox: Sandbox, cwd: string): Promise<string> {
  const [logs, ps] = [
    await sandbox.run(['logs'], { cwd }),
    await sandbox.run(['ps', '-a'], { cwd }),
  ];
  return logs.stdout + ps.stdout;
}

async function pids(sandbox: Sandbox, cwd: string): Promise<ReadonlyMap<string, number>> {
  const { stdout } = await sandbox.run(['ps', '--format', 'json'], { cwd });
  return new Map(
    stdout
      .trim()
      .split('\n')
      .map((line) => {
        const { Service: service, Pid: pid } = JSON.parse(line) as {
          readonly Service: string;
          readonly Pid: number;
        };
        return [service, pid] as const;
      }),
  );
}

function post(
  url: string,
  body: unknown,
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { method: 'POST', agent: false, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    asked.on('error', reject);
    asked.end(JSON.stringify(body));
  });
}
