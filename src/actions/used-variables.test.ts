import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import { loadProject } from './load-project.ts';
import { originsOf } from './used-variables.ts';

const folder = mkdtempSync(join(tmpdir(), 'bowline-origins-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test('every value says where it was written, and which variables it took from where', async () => {
  const text =
    'services:\n  web:\n    image: nginx:${TAG}\n    user: $WHO${NOT:-}\n    env_file: [web.env]\n';
  writeFileSync(join(folder, 'compose.yaml'), text);
  writeFileSync(join(folder, '.env'), 'TAG=1\n');
  writeFileSync(join(folder, 'web.env'), '# first\nKEY=value\n');
  const loaded = await loadProject(
    { files: [], profiles: [], envFiles: [], environment: { WHO: 'me' }, cwd: folder },
    { signal: AbortSignal.timeout(5000) },
  );
  const origins = new Map(originsOf(loaded).map(({ pointer, ...origin }) => [pointer, origin]));
  const spanOf = (part: string): object => ({
    file: join(folder, 'compose.yaml'),
    start: text.indexOf(part),
    end: text.indexOf(part) + part.length,
  });
  expect(origins.get('/services/web/image')).toEqual({
    at: spanOf('nginx:${TAG}'),
    variables: [
      { kind: 'file', name: 'TAG', at: { file: join(folder, '.env'), start: 4, end: 5 } },
    ],
  });
  expect(origins.get('/services/web/user')).toEqual({
    at: spanOf('$WHO${NOT:-}'),
    variables: [
      { kind: 'shell', name: 'WHO' },
      { kind: 'unset', name: 'NOT' },
    ],
  });
  expect(origins.get('/services/web/environment/KEY')).toEqual({
    at: { file: join(folder, 'web.env'), start: 12, end: 17 },
    variables: [],
  });
});
