import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';

import { copyTree } from './copy-tree.ts';

const { signal } = new AbortController();

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'copy tree-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test('a tree is copied with its links and modes', async () => {
  const place = folder();
  mkdirSync(join(place, '-from/a b'), { recursive: true });
  writeFileSync(join(place, '-from/a b/x.sh'), 'x', { mode: 0o755 });
  symlinkSync('/nowhere', join(place, '-from/link'));
  await copyTree(join(place, '-from'), join(place, 'to'), { signal });
  expect(readFileSync(join(place, 'to/a b/x.sh'), 'utf8')).toBe('x');
  expect(statSync(join(place, 'to/a b/x.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(join(place, 'to/link'))).toBe('/nowhere');
});

test('contents go over what is there', async () => {
  const place = folder();
  mkdirSync(join(place, 'from'));
  mkdirSync(join(place, 'to'));
  writeFileSync(join(place, 'from/x'), 'new');
  writeFileSync(join(place, 'to/x'), 'old');
  writeFileSync(join(place, 'to/y'), 'kept');
  await copyTree(join(place, 'from'), join(place, 'to'), { signal, contents: true });
  expect(readFileSync(join(place, 'to/x'), 'utf8')).toBe('new');
  expect(lstatSync(join(place, 'to/y')).isFile()).toBe(true);
});
