export interface MatchingLine {
  readonly line: string;
  readonly match: RegExpExecArray;
}

/** Longer lines are no sayings, and patterns take their time over them. */
const LONGEST = 2000;

/** The last line that one of `patterns` finds: what a program writes last is nearest to its end. */
export function matchingLine(
  lines: readonly string[],
  patterns: readonly RegExp[],
): MatchingLine | undefined {
  for (const line of lines.toReversed()) {
    if (line.length > LONGEST) continue;
    for (const pattern of patterns) {
      const match = pattern.exec(line);
      if (match !== null) return { line: line.trim(), match };
    }
  }
  return undefined;
}
