import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { stampFiles } from './tree-digest.ts';

test('contents are digested, and not again while the file looks the same', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'digest-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'x');
  const large = join(folder, 'large');
  writeFileSync(path, 'one');
  writeFileSync(large, Buffer.alloc(3 << 20, 7));
  const sha = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');
  const first = await stampFiles([path, large], new Map());
  expect(first.get(path)?.digest).toBe(sha('one'));
  expect(first.get(large)?.digest).toBe(sha(Buffer.alloc(3 << 20, 7)));
  const again = await stampFiles([path], first);
  expect(again.get(path)).toBe(first.get(path));
  writeFileSync(path, 'three');
  const third = await stampFiles([path], first);
  expect(third.get(path)?.digest).toBe(sha('three'));
  await expect(stampFiles([join(folder, 'gone')], first)).rejects.toThrow('ENOENT');
});
