import type { Silence } from '../model/diagnostic.ts';
import type { Node } from './node.ts';

const MARK = 'bowline-ignore';
const COMMENT = /(?:^|[ \t])(#[ \t]*bowline-ignore\b[ \t]*)(.*)$/;
const ORDER = /^([\w/-]+(?:\s*,\s*[\w/-]+)*)\s*(?::\s*(.*))?$/;

/**
 * The comments of a file that silence rules, as `# bowline-ignore compose/port-twice: reason`: for what begins on their
 * own line, else on the next, and at the top of a file for all of it.
 */
export function silencesIn(
  text: string,
  { file, documents }: { readonly file: string; readonly documents: readonly Node[] },
): readonly Silence[] {
  if (!text.includes(MARK)) return [];
  const places = new Places(documents, file);
  const lines = linesOf(text);
  const owners = ownersOf(lines);
  const first = lines.findIndex(({ text: line }) => !isIdle(line));
  return lines.flatMap((line, index): readonly Silence[] => {
    const found = commentIn(line, places);
    if (found === undefined) return [];
    const owner = lines[owners[index] ?? -1];
    const covers =
      first < 0 || index < first || owner === undefined
        ? { start: 0, end: text.length }
        : { start: owner.start, end: places.endOfLine(owner) };
    const [, codes = found.order, reason = ''] = ORDER.exec(found.order) ?? [];
    const at = {
      file,
      start: line.start + found.start,
      end: line.start + line.text.trimEnd().length,
    };
    return [
      { codes: codes.split(/\s*,\s*/), reason: reason.trim(), at, covers: { file, ...covers } },
    ];
  });
}

/** Of each line, the first from it on that has more than a comment. */
function ownersOf(lines: readonly Line[]): readonly (number | undefined)[] {
  let owner: number | undefined;
  return lines
    .map((_, index) => lines.length - 1 - index)
    .map((index) => {
      if (!isIdle(lines[index]?.text ?? '')) owner = index;
      return owner;
    })
    .toReversed();
}

interface Line {
  readonly start: number;
  readonly text: string;
}

interface Place {
  readonly start: number;
  readonly end: number;
  readonly isScalar: boolean;
}

function linesOf(text: string): readonly Line[] {
  let start = 0;
  return text.split('\n').map((line) => {
    const here = start;
    start += line.length + 1;
    return { start: here, text: line.replace(/\r$/, '') };
  });
}

/** Nothing but a comment, or nothing at all. */
function isIdle(line: string): boolean {
  return /^\s*(?:#|$|---\s*$|%)/.test(line);
}

/** What looks like a comment inside a text is a part of it. */
function commentIn(
  { start: lineStart, text }: Line,
  places: Places,
): { readonly start: number; readonly order: string } | undefined {
  const match = COMMENT.exec(text);
  if (match === null) return undefined;
  const start = text.indexOf(match[1] ?? '', match.index);
  const at = lineStart + start;
  return places.isText(at) ? undefined : { start, order: (match[2] ?? '').trim() };
}

/** Where the parts of a file stand, in order, to be asked for by place. */
class Places {
  readonly #places: Place[] = [];
  readonly #scalars: readonly Place[];

  constructor(documents: readonly Node[], file: string) {
    for (const document of documents) this.#add(document, file);
    this.#places.sort((one, other) => one.start - other.start);
    this.#scalars = this.#places.filter(({ isScalar }) => isScalar);
  }

  /** Is it inside a key or a value? */
  isText(at: number): boolean {
    const before = this.#scalars[firstFrom(this.#scalars, at + 1) - 1];
    return before !== undefined && at < before.end;
  }

  /** End of all that begins in a line. */
  endOfLine({ start, text }: Line): number {
    let end = start + text.length;
    const last = end;
    for (let index = firstFrom(this.#places, start); ; index += 1) {
      const place = this.#places[index];
      if (place === undefined || place.start > last) return end;
      end = Math.max(end, place.end);
    }
  }

  /** A map or list begins where its first part does, which is not to speak for all: only keys and items are places. */
  #add(node: Node, file: string): void {
    if (node.kind === 'scalar' && node.at.file === file)
      this.#places.push({ ...node.at, isScalar: true });
    if (node.kind === 'list') {
      for (const item of node.items) {
        this.#places.push({ ...item.at, isScalar: false });
        this.#add(item, file);
      }
    }
    if (node.kind !== 'map') return;
    for (const { keyAt, value } of node.entries) {
      this.#places.push({ ...keyAt, isScalar: true });
      this.#places.push({ start: keyAt.start, end: value.at.end, isScalar: false });
      this.#add(value, file);
    }
  }
}

/** Index of the first that begins at `start` or behind it. */
function firstFrom(places: readonly Place[], start: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.start ?? 0) < start) low = middle + 1;
    else high = middle;
  }
  return low;
}
