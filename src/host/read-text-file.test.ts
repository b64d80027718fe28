import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { readTextFile } from './read-text-file.ts';

const { signal } = new AbortController();
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-text-'));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function given(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

test('a text is read, without its byte order mark', async () => {
  const path = await given('a', '\uFEFFgrüß\r\n');
  expect(await readTextFile(path, { signal })).toEqual({ kind: 'text', text: 'grüß\r\n' });
});

test('a file that is not there is missing, also below a file', async () => {
  const path = await given('b', '');
  expect(await readTextFile(join(folder, 'none'), { signal })).toEqual({ kind: 'missing' });
  expect(await readTextFile(join(path, 'x'), { signal })).toEqual({ kind: 'missing' });
});

test('a folder, a circle of links, bytes and UTF-16 are named for what they are', async () => {
  const sub = join(folder, 'sub');
  await mkdir(sub);
  const circle = join(folder, 'circle');
  await symlink(circle, circle);
  const reasons = await Promise.all(
    [
      sub,
      circle,
      await given('c', new Uint8Array([0x80])),
      await given('d', Buffer.from('\uFEFFa', 'utf16le')),
    ].map((path) => readTextFile(path, { signal })),
  );
  expect(reasons.map((each) => each.kind === 'unreadable' && each.reason)).toEqual([
    'it is a folder',
    'its symbolic links lead in a circle',
    'it is no text in UTF-8',
    'it is saved as UTF-16, not as UTF-8',
  ]);
});

test.skipIf(process.getuid?.() === 0)(
  'a file that may not be read says so (skipped for root, who may)',
  async () => {
    const path = await given('e', 'x');
    await chmod(path, 0);
    expect(await readTextFile(path, { signal })).toEqual({
      kind: 'unreadable',
      reason: 'you may not read it',
    });
  },
);

test('more than 16 MiB are refused, also from a device without end', async () => {
  const path = await given('f', Buffer.alloc(16 * 1024 * 1024 + 1, 0x61));
  const refused = { kind: 'unreadable', reason: 'it is larger than 16 MiB' };
  expect(await readTextFile(path, { signal })).toEqual(refused);
  expect(await readTextFile('/dev/zero', { signal })).toEqual(refused);
});

test('an abort is thrown', async () => {
  const path = await given('g', 'x');
  await expect(
    readTextFile(path, { signal: AbortSignal.abort(new Error('stop')) }),
  ).rejects.toThrow('stop');
});
