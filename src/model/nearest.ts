/** Longer than any name; comparing takes time by the square of it. */
const LONGEST = 200;

/**
 * The candidate that was most likely meant by `written`, if one is near enough: a third of its letters may differ. Two
 * letters that changed places are one difference, so that `bd` is near `db`. Of two equally near the first.
 */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  return compareAll(written, candidates).best;
}

/** The same, if no other candidate is as near: only then is it beyond doubt. */
export function onlyNearest(written: string, candidates: readonly string[]): string | undefined {
  const { best, rivalled } = compareAll(written, candidates);
  return rivalled ? undefined : best;
}

interface Comparison {
  readonly best: string | undefined;
  /** Another candidate is as near as `best`. */
  readonly rivalled: boolean;
}

function compareAll(written: string, candidates: readonly string[]): Comparison {
  const plain = squashed(written);
  let best: string | undefined;
  let rivalled = false;
  if (plain === '' || plain.length > LONGEST) return { best, rivalled };
  const letters = lettersOf(plain);
  let least = Math.max(1, Math.floor(written.length / 3));
  for (const candidate of candidates) {
    const other = squashed(candidate);
    if (isFar(letters, lettersOf(other), least)) continue;
    const far = differences(plain, other, least);
    if (far > least || (far > 0 && far >= other.length)) continue;
    if (best !== undefined && far === least) {
      rivalled ||= candidate !== best;
      continue;
    }
    [best, least, rivalled] = [candidate, far, false];
  }
  return { best, rivalled };
}

/** `dependsOn`, `depends-on` and `depends_on` are one word. */
function squashed(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

/** One bit for each letter that occurs, so that most candidates are ruled out without being compared. */
function lettersOf(word: string): number {
  let letters = 0;
  for (let index = 0; index < word.length; index += 1)
    letters |= 1 << (word.charCodeAt(index) % 32);
  return letters;
}

/** Each letter that only the first word has is a difference. */
function isFar(one: number, other: number, most: number): boolean {
  let left = one & ~other;
  let far = 0;
  for (; left !== 0 && far <= most; far += 1) left &= left - 1;
  return far > most;
}

/** Letters to add, to drop, to change, and neighbours to swap, until `one` is `other`. What is beyond `most` may be Infinity. */
export function differences(one: string, other: string, most: number = Infinity): number {
  if (Math.abs(one.length - other.length) > most) return Infinity;
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    let least = row;
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      const cell = Math.min(
        at(last, column) + 1,
        at(next, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Infinity,
      );
      next.push(cell);
      if (cell < least) least = cell;
    }
    // A swap reaches back two rows, and costs one.
    if (least > most + 1) return Infinity;
    [beforeLast, last] = [last, next];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
