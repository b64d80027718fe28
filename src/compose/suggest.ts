import { distance } from 'fastest-levenshtein';

/** The candidate that was most likely meant by `written`, if one is near enough. */
export function suggest(written: string, candidates: readonly string[]): string | undefined {
  const plain = squashed(written);
  if (plain === '') return undefined;
  const same = candidates.find((candidate) => squashed(candidate) === plain);
  if (same !== undefined) return same;
  let best: string | undefined;
  let least = Math.max(1, Math.floor(written.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - written.length) >= least) continue;
    const far = distance(squashed(candidate), plain);
    if (far < least && far < candidate.length) [best, least] = [candidate, far];
  }
  return best;
}

/** `dependsOn`, `depends-on` and `depends_on` are one word. */
function squashed(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
