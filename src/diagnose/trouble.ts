import type { Finding } from '../model/finding.ts';

/** What a rule has found, and whether there is any hope. */
export interface Trouble {
  readonly finding: Finding;
  /**
   * `fatal`: waiting longer changes nothing. `lonely`: fatal as soon as nothing else is still starting, for which this
   * may be waiting. `hopeful`: it may come right by itself; shown as the reason for waiting.
   */
  readonly verdict: 'fatal' | 'lonely' | 'hopeful';
  /** Milliseconds for which it must be seen without a break before it counts. @defaultValue 0 */
  readonly settleMs?: number;
}

/** The last lines of a log, as proof. */
export function lastLines(lines: readonly string[], count: number): readonly string[] {
  return lines.filter((line) => line.trim() !== '').slice(-count);
}
