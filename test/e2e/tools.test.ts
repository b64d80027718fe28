import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { createSandbox, users } from '../rig/sandbox.ts';

const file = `
name: tools
services:
  web:
    image: node:20
    command: ["node", "-e", "require('child_process').spawn('sleep', ['1000']); setInterval(() => {}, 1000)"]
    volumes: ["data:/data"]
    stop_grace_period: 1s
  other:
    image: node:20
    command: ["node", "-e", "setInterval(() => {}, 1000)"]
volumes: { data: {} }
`;

describe.each(users)('processes as containers, for %s', (user) => {
  test('what runs is listed with all that it has started, and files are copied in and out', async () => {
    await using machine = await createSandbox({ user });
    const cwd = await machine.write({ 'compose.yaml': file, seed: 'select 1;\n' });
    const run = (...args: readonly string[]) => machine.run(args, { cwd });
    const up = await run('up', '-d');
    expect(up.code, up.stderr).toBe(0);
    const top = await run('top', 'web');
    expect(top.stdout).toMatch(/^tools-web-1\nPID +PPID +USER +TIME +MEMORY +COMMAND\n/);
    expect(top.stdout).toMatch(/ MiB +node -e require/);
    expect(top.stdout).toMatch(/ MiB +sleep 1000\n/);
    expect(top.stdout).not.toContain('tools-other-1');
    const into = await run('cp', 'seed', 'web:/data');
    expect(into.code, into.stderr).toBe(0);
    const back = await run('cp', 'web:/data/seed', 'back');
    expect(back.code, back.stderr).toBe(0);
    expect(await readFile(join(cwd, 'back'), 'utf8')).toBe('select 1;\n');
    const none = await run('cp', 'web:/data/none', 'back');
    expect(none.code).toBe(1);
    expect(none.stderr).toContain('service/not-copied');
    expect((await run('stop', 'web')).code).toBe(0);
    const stopped = await run('cp', 'web:/data/seed', 'after');
    expect(stopped.code, stopped.stderr).toBe(0);
    expect((await run('top', 'web')).stdout).toBe('');
  });

  test('what only containers have is refused with what to use instead', async () => {
    await using machine = await createSandbox({ user });
    const cwd = await machine.write({ 'compose.yaml': file });
    for (const [command, instead] of [
      ['stats', 'bowline top'],
      ['events', 'bowline logs --follow'],
      ['images', '--engine docker images'],
    ] as const) {
      const refused = await machine.run([command], { cwd });
      expect(refused.code).toBe(1);
      expect(refused.stderr).toContain('engine/no-containers');
      expect(refused.stderr).toContain(instead);
    }
  });
});
