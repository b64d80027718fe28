import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readlinkSync } from 'node:fs';

import { expect, test } from 'vitest';

import { holdMountNamespace } from './mount-namespace.ts';

test.runIf(process.platform === 'linux' && process.getuid?.() === 0)(
  'the number of a namespace that is held is not given to another one',
  async () => {
    const first = await inNamespace();
    const held = holdMountNamespace(first.pid);
    expect(held?.name).toBe(first.name);
    await first.end();
    const others = await Promise.all(Array.from({ length: 20 }, inNamespace));
    expect(others.map(({ name }) => name)).not.toContain(first.name);
    await Promise.all(others.map((each) => each.end()));
    held?.release();
  },
);

test('the namespace of this process itself is not held', () => {
  expect(holdMountNamespace(process.pid)).toBeUndefined();
});

async function inNamespace() {
  const child = spawn('unshare', ['--mount', 'sh', '-c', 'echo ready; exec cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const over = once(child, 'exit');
  await once(child.stdout, 'data');
  const pid = child.pid ?? 0;
  return {
    pid,
    name: readlinkSync(`/proc/${pid}/ns/mnt`),
    async end() {
      child.stdin.end();
      await over;
    },
  };
}
