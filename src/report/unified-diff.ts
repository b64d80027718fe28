import { printable } from './printable.ts';

const CONTEXT = 3;
/** Lines between the first and the last difference; beyond it the middle is shown as replaced whole. */
const MOST_COMPARED = 2000;

export interface DiffOptions {
  /** As the header calls it. */
  readonly name: string;
  readonly color: boolean;
}

interface Line {
  readonly sign: ' ' | '-' | '+';
  readonly text: string;
}

/** The change from one text to another, as `diff -u` prints it; empty when there is none. */
export function unifiedDiff(before: string, after: string, { name, color }: DiffOptions): string {
  if (before === after) return '';
  const lines = compare(linesOf(before), linesOf(after));
  const paint = color ? painted : (line: string): string => line;
  return [`--- ${printable(name)}`, `+++ ${printable(name)}`, ...hunks(lines)]
    .map((line) => `${paint(line)}\n`)
    .join('');
}

function painted(line: string): string {
  if (/^(?:---|\+\+\+) /.test(line)) return `\u001B[1m${line}\u001B[22m`;
  const code = { '+': 32, '-': 31, '@': 36 }[line.charAt(0)];
  return code === undefined ? line : `\u001B[${code}m${line}\u001B[39m`;
}

/** Each with its end, so that a missing last line end is a difference. */
function linesOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

function compare(one: readonly string[], other: readonly string[]): readonly Line[] {
  let start = 0;
  while (start < one.length && start < other.length && one[start] === other[start]) start += 1;
  let end = 0;
  const most = Math.min(one.length, other.length) - start;
  while (end < most && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  return [
    ...signed(' ', one.slice(0, start)),
    ...compareMiddle(one.slice(start, one.length - end), other.slice(start, other.length - end)),
    ...signed(' ', one.slice(one.length - end)),
  ];
}

const signed = (sign: Line['sign'], lines: readonly string[]): readonly Line[] =>
  lines.map((text) => ({ sign, text }));

/** By the longest common subsequence. */
function compareMiddle(one: readonly string[], other: readonly string[]): readonly Line[] {
  if (Math.max(one.length, other.length) > MOST_COMPARED)
    return [...signed('-', one), ...signed('+', other)];
  const width = other.length + 1;
  const common = new Uint16Array((one.length + 1) * width);
  const at = (i: number, j: number): number => common[i * width + j] ?? 0;
  for (let i = one.length - 1; i >= 0; i -= 1) {
    for (let j = other.length - 1; j >= 0; j -= 1) {
      common[i * width + j] =
        one[i] === other[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  return walk(one, other, at);
}

function walk(
  one: readonly string[],
  other: readonly string[],
  at: (i: number, j: number) => number,
): readonly Line[] {
  const lines: Line[] = [];
  let i = 0;
  let j = 0;
  while (i < one.length || j < other.length) {
    const left = one[i];
    const right = other[j];
    if (left !== undefined && left === right) {
      lines.push({ sign: ' ', text: left });
      i += 1;
      j += 1;
    } else if (left !== undefined && (right === undefined || at(i + 1, j) >= at(i, j + 1))) {
      lines.push({ sign: '-', text: left });
      i += 1;
    } else {
      lines.push({ sign: '+', text: right ?? '' });
      j += 1;
    }
  }
  return lines;
}

function hunks(lines: readonly Line[]): readonly string[] {
  const printed: string[] = [];
  for (const [from, to] of rangesOf(lines)) {
    const before = lines.slice(0, from);
    const hunk = lines.slice(from, to);
    const count = (part: readonly Line[], sign: Line['sign']): number =>
      part.filter((line) => line.sign === ' ' || line.sign === sign).length;
    const range = (sign: '-' | '+'): string =>
      `${sign}${count(before, sign) + (count(hunk, sign) > 0 ? 1 : 0)},${count(hunk, sign)}`;
    printed.push(`@@ ${range('-')} ${range('+')} @@`, ...hunk.flatMap(printedLine));
  }
  return printed;
}

/** Differences with what surrounds them; what is near each other is one. */
function rangesOf(lines: readonly Line[]): readonly (readonly [from: number, to: number])[] {
  const ranges: [number, number][] = [];
  for (const [index, { sign }] of lines.entries()) {
    if (sign === ' ') continue;
    const from = Math.max(0, index - CONTEXT);
    const to = Math.min(lines.length, index + CONTEXT + 1);
    const last = ranges.at(-1);
    if (last !== undefined && from <= last[1]) last[1] = to;
    else ranges.push([from, to]);
  }
  return ranges;
}

function printedLine({ sign, text }: Line): readonly string[] {
  const line = `${sign}${printable(text.replace(/\r?\n$/, ''))}`;
  return text.endsWith('\n') ? [line] : [line, '\\ No newline at end of file'];
}
