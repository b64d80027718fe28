import { appendFile, mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import type { LogLine } from '../../../model/log-line.ts';
import { encodeEntry, type LogIndexEntry } from './log-index.ts';
import { readLogs, type ReadLogOptions } from './read-log.ts';

let folder: string;
let stop: AbortController;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bowline-log-'));
  stop = new AbortController();
});
afterEach(async () => {
  stop.abort();
  await rm(folder, { recursive: true });
});

const write = (text: string | Buffer): Promise<void> => writeFile(join(folder, 'log'), text);
const append = (text: string): Promise<void> => appendFile(join(folder, 'log'), text);
const index = (...entries: readonly LogIndexEntry[]): Promise<void> =>
  writeFile(join(folder, 'log.index'), Buffer.concat(entries.map(encodeEntry)));

function reading(options: Partial<ReadLogOptions> = {}): AsyncGenerator<LogLine, void, undefined> {
  const { signal } = stop;
  return readLogs({
    folder,
    replica: 'p-web-1',
    service: 'web',
    follow: false,
    signal,
    ...options,
  });
}

async function texts(options: Partial<ReadLogOptions> = {}): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { text } of reading(options)) found.push(text);
  return found;
}

async function nextText(lines: AsyncGenerator<LogLine, void, undefined>): Promise<string> {
  const { value } = await lines.next();
  return value?.text ?? 'nothing';
}

describe('a log that is read once', () => {
  test('a service that wrote nothing has no lines', async () => {
    expect(await texts()).toEqual([]);
    await write('');
    expect(await texts({ tail: 5 })).toEqual([]);
  });

  test('every line is given once, the last one also without its end', async () => {
    await write('one\n\ntwo\r\nthree');
    expect(await texts()).toEqual(['one', '', 'two', 'three']);
  });

  test('bytes that are no UTF-8 become U+FFFD', async () => {
    await write(Buffer.from([0xff, 0x41, 0xc3, 0x0a, 0xc3, 0xa4, 0x0a]));
    expect(await texts()).toEqual(['\u{fffd}A\u{fffd}', 'ä']);
  });

  test('a line of more than a mebibyte comes in pieces that lose nothing', async () => {
    const long = 'ä'.repeat(1_300_000);
    await write(`short\n${long}\nafter\n`);
    const [first, ...rest] = await texts();
    expect(first).toBe('short');
    expect(rest.pop()).toBe('after');
    expect(rest.every((piece) => Buffer.byteLength(piece) <= 1 << 20)).toBe(true);
    expect(rest.join('')).toBe(long);
  });

  test.each([
    [0, []],
    [1, ['c']],
    [2, ['b', 'c']],
    [9, ['a', 'b', 'c']],
  ])('the last %i lines', async (tail, expected) => {
    await write('a\nb\nc\n');
    expect(await texts({ tail })).toEqual(expected);
  });

  test('a line without its end counts among the last ones', async () => {
    await write('a\nb\nc');
    expect(await texts({ tail: 2 })).toEqual(['b', 'c']);
  });

  test('the last lines are found across blocks', async () => {
    const lines = Array.from({ length: 50_000 }, (_, at) => `line ${at}`);
    await write(`${lines.join('\n')}\n`);
    expect(await texts({ tail: 20_000 })).toEqual(lines.slice(-20_000));
    expect(await texts()).toEqual(lines);
  });
});

describe('the time of a line', () => {
  beforeEach(async () => {
    await write('one\ntwo\nthree\nfour\n');
    await index(
      { offset: 4, atMs: 1000 },
      // In the middle of "three", as happens when a program writes in parts.
      { offset: 10, atMs: 2000 },
      { offset: 14, atMs: 3000 },
      { offset: 19, atMs: 0 },
    );
  });

  test('is that of the look which first saw its end', async () => {
    const lines: LogLine[] = [];
    for await (const line of reading()) lines.push(line);
    const of = { replica: 'p-web-1', service: 'web' };
    expect(lines).toEqual([
      { ...of, atMs: 1000, text: 'one' },
      { ...of, atMs: 2000, text: 'two' },
      { ...of, atMs: 3000, text: 'three' },
      { ...of, text: 'four' },
    ]);
  });

  test('says which lines are young enough', async () => {
    expect(await texts({ sinceMs: 2000 })).toEqual(['two', 'three', 'four']);
    expect(await texts({ sinceMs: 2001 })).toEqual(['three', 'four']);
  });

  test('says which lines are old enough', async () => {
    expect(await texts({ untilMs: 2000 })).toEqual(['one', 'two', 'four']);
  });
});

describe('a log that is followed', () => {
  test('gives what comes, line by line, and when', async () => {
    await write('old\n');
    const lines = reading({ follow: true });
    expect(await nextText(lines)).toBe('old');
    const before = Date.now();
    const next = lines.next();
    await append('ne');
    await append('w\n');
    const { value } = await next;
    expect(value).toMatchObject({ text: 'new' });
    expect(value?.atMs).toBeGreaterThanOrEqual(before);
  });

  test('may come into being later', async () => {
    const lines = reading({ follow: true });
    const next = nextText(lines);
    await write('first\n');
    expect(await next).toBe('first');
  });

  test('a line without its end is given when the unit ends, and once only', async () => {
    await mkdir(join(folder, 'run'));
    await write('last words');
    const lines = reading({ follow: true });
    const next = nextText(lines);
    await writeFile(join(folder, 'run/exit'), '1\n');
    expect(await next).toBe('last words');
    await append('\nagain\n');
    expect(await nextText(lines)).toBe('again');
  });

  test('goes on from the start when it is emptied', async () => {
    await write('a long line\n');
    const lines = reading({ follow: true, tail: 1 });
    expect(await nextText(lines)).toBe('a long line');
    await truncate(join(folder, 'log'));
    await append('new\n');
    expect(await nextText(lines)).toBe('new');
  });

  test('goes on with a file that replaces it', async () => {
    await write('old\n');
    const lines = reading({ follow: true });
    expect(await nextText(lines)).toBe('old');
    const next = nextText(lines);
    await rm(join(folder, 'log'));
    await write('new and longer\n');
    expect(await next).toBe('new and longer');
  });

  test('ends with the reason of the abort', async () => {
    await write('');
    const next = reading({ follow: true }).next();
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });
});
