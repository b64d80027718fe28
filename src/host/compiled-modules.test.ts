import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

import { type CompiledModules, requireCompiled } from './compiled-modules.ts';

const root = mkdtempSync(join(tmpdir(), 'bowline-compiled-'));
const uid = process.getuid?.() ?? 0;
let count = 0;

afterAll(() => rmSync(root, { recursive: true }));

interface Places {
  readonly file: string;
  /** Where the compiled code is. */
  readonly folder: string;
}

function places(): Places {
  count += 1;
  const file = join(root, `program-${count}.js`);
  return { file, folder: join(root, `cache-${count}/code/this-build`) };
}

function run({ file, folder }: Places, owner: number = uid): CompiledModules {
  const cache = join(folder, '../..');
  return requireCompiled(file, { cache, folder: `code/${basename(folder)}`, uid: owner });
}

test('a file finds its folder, those beside it, each once, and those of Node', () => {
  const place = places();
  const other = join(root, 'other.js');
  writeFileSync(other, 'exports.list = [];');
  writeFileSync(
    place.file,
    `require('./other.js').list.push(require('node:path').basename(__filename));
     module.exports = [require('./other.js').list, __dirname];`,
  );
  expect(run(place).exports).toEqual([[`program-${count}.js`], root]);
});

// The same length: V8 compares no more of a text with what it compiled before.
const [before, after] = ['module.exports = 1;', 'module.exports = 2;'] as const;

function keptOnce(): Places {
  const place = places();
  writeFileSync(place.file, before);
  run(place).keep();
  writeFileSync(place.file, after);
  return place;
}

test('the second run takes what the first one kept', () => {
  expect(run(keptOnce()).exports).toBe(1);
});

test('only the user may read and write what is kept', () => {
  const { folder } = keptOnce();
  const modes = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  expect(modes.map((path) => statSync(path).mode & 0o777)).toEqual([0o700, 0o600]);
});

test('what others may have written is not run', () => {
  const place = keptOnce();
  chmodSync(place.folder, 0o777);
  expect(run(place).exports).toBe(2);
});

test('what belongs to somebody else is not run', () => {
  expect(run(keptOnce(), uid + 1).exports).toBe(2);
});

test('what is damaged is compiled and kept anew', () => {
  const place = keptOnce();
  writeFileSync(join(place.folder, `program-${count}.js.code`), 'nonsense');
  const again = run(place);
  expect(again.exports).toBe(2);
  again.keep();
  writeFileSync(place.file, 'module.exports = 3;');
  expect(run(place).exports).toBe(2);
});

test('what other builds kept is removed', () => {
  const place = keptOnce();
  const folder = join(place.folder, '../next-build');
  run({ ...place, folder }).keep();
  expect(readdirSync(join(folder, '..'))).toEqual(['next-build']);
});

test('where nothing can be kept the program runs all the same', () => {
  const { file } = keptOnce();
  const { exports, keep } = run({ file, folder: join(file, 'below/a/file') });
  keep();
  expect(exports).toBe(2);
});

test('nothing is made in the home of somebody else, or in one that is missing', () => {
  const [ofAnother, inNone] = [keptOnce(), keptOnce()];
  rmSync(join(ofAnother.folder, '..'), { recursive: true });
  run(ofAnother, uid + 1).keep();
  const missing = join(root, 'no-home/cache/code/this-build');
  run({ ...inNone, folder: missing }).keep();
  expect([ofAnother.folder, missing].map((folder) => existsSync(folder))).toEqual([false, false]);
});
