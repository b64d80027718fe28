import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { pruneStore } from './prune-store.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
let store = '';
beforeEach(() => {
  store = mkdtempSync(join(tmpdir(), 'bl-prune-'));
  mkdirSync(join(store, 'a'));
  mkdirSync(join(store, 'b'));
});
afterEach(() => rmSync(store, { recursive: true, force: true }));

async function built(
  project: 'a' | 'b',
  digest: string,
  { layers = [], days = 0 }: { readonly layers?: readonly string[]; readonly days?: number } = {},
): Promise<void> {
  for (const name of layers) mkdirSync(join(store, 'layers', name), { recursive: true });
  mkdirSync(join(store, 'images', digest), { recursive: true });
  writeFileSync(join(store, 'images', digest, 'made.json'), JSON.stringify({ format: 1, layers }));
  const nowMs = Date.now() + days * DAY_MS;
  await pruneStore(store, { key: project, folder: join(store, project), digest, nowMs });
}

const images = () =>
  readdirSync(join(store, 'images'))
    .filter((name) => !name.endsWith('.json'))
    .toSorted();

test('the last three images of a build stay', async () => {
  for (const digest of ['1', '2', '3', '2', '4']) await built('a', digest);
  expect(images()).toEqual(['2', '3', '4']);
});

test('another project with the same service keeps its images', async () => {
  await built('b', 'other');
  for (const digest of ['1', '2', '3', '4']) await built('a', digest);
  expect(images()).toEqual(['2', '3', '4', 'other']);
});

test('an image that two builds have in common goes with the last of them', async () => {
  await built('b', 'common');
  for (const digest of ['common', '2', '3', '4']) await built('a', digest);
  expect(images()).toEqual(['2', '3', '4', 'common']);
});

test('images of a folder that is gone go, too, but not at once', async () => {
  await built('b', 'gone');
  rmSync(join(store, 'b'), { recursive: true });
  await built('a', '1');
  expect(images()).toEqual(['1', 'gone']);
  await built('a', '1', { days: 2 });
  expect(images()).toEqual(['1']);
});

test('layers that an image was made from stay, and so do new ones', async () => {
  await built('a', '1', { layers: ['used'] });
  mkdirSync(join(store, 'layers/unused'));
  await built('a', '1', { layers: ['used'] });
  expect(readdirSync(join(store, 'layers')).toSorted()).toEqual(['unused', 'used']);
  await built('a', '1', { layers: ['used'], days: 2 });
  expect(readdirSync(join(store, 'layers'))).toEqual(['used']);
});

test('what a killed build has left goes after a day', async () => {
  mkdirSync(join(store, 'work/killed/0'), { recursive: true });
  await built('a', '1');
  expect(readdirSync(join(store, 'work'))).toEqual(['killed']);
  await built('a', '1', { days: 2 });
  expect(readdirSync(join(store, 'work'))).toEqual([]);
});

test('a list that cannot be read is no obstacle', async () => {
  mkdirSync(join(store, 'images'));
  writeFileSync(join(store, 'images/a.json'), '["old"]');
  await built('a', '1');
  expect(images()).toEqual(['1']);
});
