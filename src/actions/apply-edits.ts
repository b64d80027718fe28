import type { Edit } from '../model/diagnostic.ts';

/**
 * The text with edits carried out. They must not overlap. What is put in gets the line ends of the text; what is taken
 * out takes its dash, its comma or its line along.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const lineEnd = text.includes('\r\n') ? '\r\n' : '\n';
  let done = '';
  let from = 0;
  for (const edit of edits.toSorted((one, other) => one.at.start - other.at.start)) {
    const { start, end, inserted } = placeOf(text, edit);
    done += text.slice(from, Math.max(from, start)) + inserted.replaceAll(/\r?\n/g, lineEnd);
    from = Math.max(from, end);
  }
  return done + text.slice(from);
}

export interface EditPlace {
  readonly start: number;
  readonly end: number;
  readonly inserted: string;
}

/** What an edit really changes. */
export function placeOf(text: string, { at, text: inserted }: Edit): EditPlace {
  const place = { start: at.start, end: at.end, inserted };
  return inserted === '' && at.end > at.start ? removalOf(text, place) : place;
}

function removalOf(text: string, place: EditPlace): EditPlace {
  // Who names whole lines means just these.
  if (text[place.end - 1] === '\n') return place;
  const lineStart = text.lastIndexOf('\n', place.start - 1) + 1;
  const lineEnd = endOfLine(text, place.end);
  const before = text.slice(lineStart, place.start);
  if (!/^\s*(?:- +)*$/.test(before) || isInFlow(text, place)) return removalInFlow(text, place);
  const after = text.slice(place.end, lineEnd);
  if (after.trim() !== '') return besideComment(place, { before, after, lineStart });
  const next = text.slice(lineEnd).search(/\S/);
  const dash = before.lastIndexOf('-');
  if (dash >= 0 && next >= 0 && columnAt(text, lineEnd + next) > dash)
    return { ...place, end: lineEnd + next };
  return { ...place, start: lineStart, end: lineEnd };
}

/** A comment outlives what it stands behind. */
function besideComment(
  place: EditPlace,
  {
    before,
    after,
    lineStart,
  }: { readonly before: string; readonly after: string; readonly lineStart: number },
): EditPlace {
  if (!/^\s+#/.test(after)) return place;
  const indent = /^\s*/.exec(before)?.[0].length ?? 0;
  const blanks = /^\s*/.exec(after)?.[0].length ?? 0;
  return { ...place, start: lineStart + indent, end: place.end + blanks };
}

function isInFlow(text: string, { start, end }: EditPlace): boolean {
  return (
    /[,[{]\s*$/.test(text.slice(Math.max(0, start - 200), start)) &&
    /^\s*[,\]}]/.test(text.slice(end, end + 200))
  );
}

function removalInFlow(text: string, place: EditPlace): EditPlace {
  const after = /^\s*,[ \t]*/.exec(text.slice(place.end, place.end + 200));
  if (after !== null) return { ...place, end: place.end + after[0].length };
  const before = /,\s*$/.exec(text.slice(Math.max(0, place.start - 200), place.start));
  return before === null ? place : { ...place, start: place.start - before[0].length };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
}

function columnAt(text: string, offset: number): number {
  return offset - (text.lastIndexOf('\n', offset - 1) + 1);
}
