import { linkSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { folderSize } from './folder-size.ts';

const { signal } = new AbortController();

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'folder-size-'));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test('counts files in folders of folders once, whatever their names are, and follows no link', async () => {
  const root = folder();
  mkdirSync(join(root, 'a/b'), { recursive: true });
  writeFileSync(join(root, 'one'), 'x'.repeat(10));
  writeFileSync(
    Buffer.concat([Buffer.from(join(root, 'a/b/')), Buffer.from([0xff])]),
    'y'.repeat(7),
  );
  linkSync(join(root, 'one'), join(root, 'a/again'));
  symlinkSync('/usr', join(root, 'elsewhere'));
  expect(await folderSize(root, { signal, untilMs: Infinity })).toEqual({
    bytes: 10 + 7 + '/usr'.length,
  });
});

test('says that time was up, with what it has', async () => {
  expect(await folderSize(folder(), { signal, untilMs: 0 })).toEqual({ bytes: 0, missing: 'time' });
});

test('a folder that is not there is empty', async () => {
  expect(await folderSize(join(folder(), 'none'), { signal, untilMs: Infinity })).toEqual({
    bytes: 0,
  });
});
