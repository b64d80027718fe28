import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

import { bootId, identify, isAlive, signalProcess } from './process-identity.ts';

test('a process is itself until it ends', async () => {
  const child = spawn('sleep', ['60']);
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('it does not run');
  expect(await isAlive(identity)).toBe(true);
  expect(await signalProcess(identity, 'SIGTERM')).toBe(true);
  await once(child, 'exit');
  expect(await isAlive(identity)).toBe(false);
  expect(await signalProcess(identity, 'SIGTERM')).toBe(false);
});

test('another process with the same number is not signalled', async () => {
  const child = spawn('sleep', ['60']);
  const other = { pid: child.pid ?? 0, start: 'earlier' };
  expect(await signalProcess(other, 'SIGKILL')).toBe(false);
  expect(child.exitCode).toBeNull();
  child.kill();
  await once(child, 'exit');
});

test.runIf(process.platform === 'linux')('a zombie is dead', async () => {
  // The shell's child ends while the shell has become a program that never waits for it.
  const child = spawn('/bin/sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const pid = Number((await once(child.stdout, 'data'))[0]);
  const identity = await identify(pid);
  while ((await identify(pid)) !== undefined)
    await new Promise((resolve) => setTimeout(resolve, 5));
  expect(process.kill(pid, 0)).toBe(true);
  expect(identity === undefined || (await isAlive(identity))).toBe(false);
  child.kill();
  await once(child, 'exit');
});

test('the boot has a name that stays', async () => {
  expect(await bootId()).toMatch(/^[0-9A-Fa-f-]{36}$/);
  expect(await bootId()).toBe(await bootId());
});
