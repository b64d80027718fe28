import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { identify } from '../../host/process-identity.ts';
import { processSpace } from '../../host/process-space.ts';
import type { Project } from '../../model/project.ts';
import { createDockerApi } from './api.ts';
import { leaseRows, type Owner } from './lease-rows.ts';
import { volumeLease } from './volume-lease.ts';

interface NamedVolume {
  readonly Name: string;
  readonly Labels: Readonly<Record<string, string>>;
}

let folder: string;
let server: Server;
let volumes: Map<string, NamedVolume>;

// What the engine does with volumes: one of a name is made once, and given to all who ask for it.
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bl-lease-'));
  volumes = new Map();
  server = createServer((request, answer) => {
    const name = decodeURIComponent(request.url?.split('/').at(-1) ?? '');
    if (request.method === 'GET') answer.end(JSON.stringify({ Volumes: [...volumes.values()] }));
    else if (request.method === 'DELETE') answer.writeHead(volumes.delete(name) ? 204 : 404).end();
    else void make(request).then((volume) => answer.writeHead(201).end(JSON.stringify(volume)));
  });
  await once(server.listen(join(folder, 'engine.sock')), 'listening');
});
async function make(request: IncomingMessage): Promise<NamedVolume> {
  const asked = (await json(request)) as NamedVolume;
  const volume = volumes.get(asked.Name) ?? asked;
  volumes.set(asked.Name, volume);
  return volume;
}

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const { signal } = new AbortController();
const context = () => ({
  api: createDockerApi({ kind: 'unix', path: join(folder, 'engine.sock') }, 'a test'),
  project: { name: 'shop' } as Project,
});

async function ownerOf(parts: Partial<Owner>): Promise<Owner> {
  const { id, host } = await processSpace();
  const start = (await identify(process.pid))?.start ?? '';
  const me = { command: 'down', pid: process.pid, start, sinceMs: 7, space: id, host };
  return { ...me, nonce: 'other', ...parts };
}

test('one of many gets it, the others are told who has it, and it is free when it is given back', async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => volumeLease(context()).take('up', { signal })),
  );
  const taken = answers.flatMap((each) => (each.kind === 'taken' ? [each.lease] : []));
  expect(taken).toHaveLength(1);
  expect(answers.find(({ kind }) => kind === 'held')).toMatchObject({
    by: { command: 'up', pid: process.pid },
  });
  await taken[0]?.release();
  expect([...volumes.keys()]).toEqual([]);
});

test('of a process of this machine that has died, it is free at once', async () => {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  const pid = child.pid ?? 0;
  const owner = await ownerOf({ pid, start: (await identify(pid))?.start ?? '' });
  await leaseRows(context()).claim(4, owner, signal);
  const lease = volumeLease(context());
  const during = await lease.take('up', { signal });
  expect(during).toEqual({ kind: 'held', by: { command: 'down', pid, sinceMs: 7 } });
  child.kill('SIGKILL');
  await once(child, 'exit');
  const after = await lease.take('up', { signal });
  expect(after.kind).toBe('taken');
  expect([...volumes.keys()]).toEqual(['shop.bowline-lease.5']);
  if (after.kind === 'taken') await after.lease.release();
});

test('of a process of another machine, it is free half a minute after its last sign of life', async () => {
  const table = leaseRows(context());
  const owner = await ownerOf({ space: 'elsewhere', host: 'builder' });
  await table.claim(1, owner, signal);
  let nowMs = 0;
  const lease = volumeLease(context(), { nowMs: () => nowMs });
  const held = {
    kind: 'held',
    by: { command: 'down', pid: process.pid, sinceMs: 7, host: 'builder' },
  };
  expect(await lease.take('up', { signal })).toEqual(held);
  nowMs = 29_000;
  expect(await lease.take('up', { signal })).toEqual(held);
  const sign = await table.claim(2, owner, signal);
  await table.remove({ ...sign, name: 'shop.bowline-lease.1' }, signal);
  nowMs = 31_000;
  expect(await lease.take('up', { signal })).toEqual(held);
  nowMs = 62_000;
  const taken = await lease.take('up', { signal });
  expect(taken.kind).toBe('taken');
  if (taken.kind === 'taken') await taken.lease.release();
});

test('what cannot be read in its place is nobody’s', async () => {
  const Labels = { 'bowline.lease': 'shop', 'bowline.lease.owner': '{"command": 3' };
  volumes.set('shop.bowline-lease.1', { Name: 'shop.bowline-lease.1', Labels });
  const answer = await volumeLease(context()).take('up', { signal });
  expect(answer.kind).toBe('taken');
  if (answer.kind === 'taken') await answer.lease.release();
  expect([...volumes.keys()]).toEqual([]);
});
