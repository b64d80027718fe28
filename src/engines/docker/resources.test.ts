import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { RunError } from '../../model/finding.ts';
import type { Project } from '../../model/project.ts';
import { createDockerApi } from './api.ts';
import { createNetwork } from './resources.ts';

let folder: string;
let server: Server;
/** What the engine says to the first requests for a network. */
let refusals: string[];
let asked: number;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bl-network-'));
  asked = 0;
  server = createServer(({ method }, answer) => {
    if (method === 'GET') return void answer.writeHead(404).end();
    asked += 1;
    const message = refusals.shift();
    if (message === undefined) answer.writeHead(201).end('{}');
    else answer.writeHead(500).end(JSON.stringify({ message }));
  });
  await once(server.listen(join(folder, 'engine.sock')), 'listening');
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const { signal } = new AbortController();
const create = (): Promise<boolean> =>
  createNetwork(
    {
      api: createDockerApi({ kind: 'unix', path: join(folder, 'engine.sock') }, 'a test'),
      project: { name: 'shop', networks: [], canonical: {} } as unknown as Project,
      version: '1',
    },
    'shop_default',
    { signal, emit: () => {} },
  );

const VANISHED = 'route ip+net: no such network interface';

test('a network is made although an interface vanishes while the engine looks for free addresses', async () => {
  refusals = [VANISHED, VANISHED];
  await expect(create()).resolves.toBe(true);
  expect(asked).toBe(3);
});

test('what does not pass is told, and not asked for ever', async () => {
  refusals = Array.from({ length: 50 }, () => VANISHED);
  await expect(create()).rejects.toThrow(RunError);
  expect(asked).toBe(5);
});

test('any other refusal is told at once', async () => {
  refusals = ['all predefined address pools have been fully subnetted'];
  await expect(create()).rejects.toThrow(RunError);
  expect(asked).toBe(1);
});
