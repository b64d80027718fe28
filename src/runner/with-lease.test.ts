import { mkdtempSync, rmSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { fileLease } from '../engines/native/file-lease.ts';
import { systemClock } from '../host/clock.ts';
import { bootId, identify } from '../host/process-identity.ts';
import { takeProcessLock } from '../host/process-lock.ts';
import type { EventBody } from '../model/event.ts';
import { withLease, type WithLeaseOptions } from './with-lease.ts';

const folder = mkdtempSync(join(tmpdir(), 'bowline-lease-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function options(parts: Partial<WithLeaseOptions> = {}): WithLeaseOptions {
  const { signal } = new AbortController();
  return { command: 'up', waitMs: 60_000, clock: systemClock, signal, emit: () => {}, ...parts };
}

function deferred(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

test('of two commands the second waits, says for whom, and goes on when the first is done', async () => {
  const lease = fileLease(join(folder, 'two'));
  const order: string[] = [];
  const first = deferred();
  const begun = deferred();
  const one = withLease(lease, options(), async () => {
    begun.resolve();
    await first.promise;
    order.push('one');
  });
  await begun.promise;
  const said: EventBody[] = [];
  const emit = (body: EventBody): void => {
    said.push(body);
    first.resolve();
  };
  const two = withLease(lease, options({ command: 'down', emit }), async () => {
    order.push('two');
    return Promise.resolve();
  });
  await Promise.all([one, two]);
  expect(order).toEqual(['one', 'two']);
  expect(said).toEqual([
    {
      kind: 'note',
      level: 'info',
      text: `waiting for "bowline up" (process ${process.pid}), which changes this project now`,
    },
  ]);
});

test('who will not wait leaves with exit code 4 and is told who holds it', async () => {
  const lease = fileLease(join(folder, 'no-wait'));
  await withLease(lease, options(), async () => {
    const refused = withLease(lease, options({ waitMs: 0 }), () => Promise.resolve());
    await expect(refused).rejects.toMatchObject({
      exitCode: 4,
      findings: [
        {
          code: 'lease/held',
          cause: expect.stringContaining(`"bowline up" (process ${process.pid})`) as unknown,
        },
      ],
    });
  });
});

test('the lease of a process that was killed is free at once, and the next one has a greater number', async () => {
  const state = join(folder, 'killed');
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const identity = await identify(child.pid ?? 0);
  if (identity === undefined) throw new Error('it runs');
  await takeProcessLock(join(state, 'lease'), { ...identity, boot: await bootId() });
  const lease = fileLease(state);
  const { signal } = new AbortController();
  expect(await lease.take('up', { signal })).toMatchObject({
    kind: 'held',
    by: { pid: child.pid },
  });
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(await lease.take('up', { signal })).toMatchObject({ kind: 'taken', lease: { fence: 2 } });
});

test('work that fails gives the lease back', async () => {
  const lease = fileLease(join(folder, 'failed'));
  const failing = withLease(lease, options(), () => Promise.reject(new Error('no')));
  await expect(failing).rejects.toThrow('no');
  expect(await withLease(lease, options({ waitMs: 0 }), () => Promise.resolve(7))).toBe(7);
});

test('an interrupt ends the waiting', async () => {
  const lease = fileLease(join(folder, 'interrupted'));
  await withLease(lease, options(), async () => {
    const interrupt = new AbortController();
    const emit = (): void => interrupt.abort(new Error('interrupted'));
    const waiting = withLease(lease, options({ signal: interrupt.signal, emit }), () =>
      Promise.resolve(),
    );
    await expect(waiting).rejects.toThrow('interrupted');
  });
});
