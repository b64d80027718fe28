/** Longer than any name; comparing takes time by the square of it. */
const LONGEST = 200;

/**
 * The candidate that was most likely meant by `written`, if one is near enough: a third of its letters may differ. Two
 * letters that changed places are one difference, so that `bd` is near `db`. Of two equally near the first.
 */
export function nearest(written: string, candidates: readonly string[]): string | undefined {
  const plain = squashed(written);
  if (plain === '' || plain.length > LONGEST) return undefined;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= least + separators(candidate)) continue;
    const other = squashed(candidate);
    const far = differences(plain, other);
    if (far === 0) return candidate;
    if (far < least && far < other.length) [best, least] = [candidate, far];
  }
  return best;
}

/** The same, if no other candidate is as near: only then is it beyond doubt. */
export function onlyNearest(written: string, candidates: readonly string[]): string | undefined {
  const near = nearest(written, candidates);
  if (near === undefined) return undefined;
  const others = candidates.filter((each) => each !== near);
  const rival = nearest(written, others);
  const plain = squashed(written);
  return rival !== undefined &&
    differences(plain, squashed(rival)) <= differences(plain, squashed(near))
    ? undefined
    : near;
}

/** `dependsOn`, `depends-on` and `depends_on` are one word. */
function squashed(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function separators(word: string): number {
  return word.length - squashed(word).length;
}

/** Letters to add, to drop, to change, and neighbours to swap, until `one` is `other`. */
export function differences(one: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= one.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const same = one[row - 1] === other[column - 1];
      const swapped =
        row > 1 &&
        column > 1 &&
        one[row - 1] === other[column - 2] &&
        one[row - 2] === other[column - 1];
      next.push(
        Math.min(
          at(last, column) + 1,
          at(next, column - 1) + 1,
          at(last, column - 1) + (same ? 0 : 1),
          swapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, next];
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity;
}
