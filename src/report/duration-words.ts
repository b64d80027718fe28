const UNITS = [
  ['second', 1000, 60],
  ['minute', 60_000, 60],
  ['hour', 3_600_000, 48],
  ['day', 86_400_000, 14],
  ['week', 604_800_000, 9],
  ['month', 2_629_800_000, 24],
  ['year', 31_557_600_000, Infinity],
] as const;

/** A length of time as Docker says it: `Less than a second`, `5 seconds`, `2 hours`. */
export function durationInWords(ms: number): string {
  if (ms < 1000) return 'Less than a second';
  for (const [unit, unitMs, limit] of UNITS) {
    const count = Math.floor(ms / unitMs);
    if (count < limit) return count === 1 ? oneOf(unit) : `${count} ${unit}s`;
  }
  return 'a long time';
}

function oneOf(unit: string): string {
  if (unit === 'second') return '1 second';
  return unit === 'hour' ? 'About an hour' : `About a ${unit}`;
}

/** A short length of time for a progress line: `340 ms`, `1.2 s`, `2 min 5 s`. */
export function tookInWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
