const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/**
 * A time as `--since` takes it: an RFC 3339 date or time (local where it names no zone), a Unix time in seconds, or a
 * length of time before `nowMs`, as in `1h30m`. Gives Unix time in milliseconds, or `undefined` for anything else.
 */
export function parseTime(text: string, nowMs: number): number | undefined {
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (/^(\d+(\.\d+)?(ms|s|m|h|d|w))+$/.test(text)) {
    const parts = text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d|w)/g);
    return (
      nowMs -
      [...parts].reduce(
        (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0),
        0,
      )
    );
  }
  if (!/^\d{4}-\d{2}-\d{2}/.test(text)) return undefined;
  // A bare date is local, as Docker has it; JavaScript would take it as UTC.
  const time = Date.parse(/^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00` : text);
  return Number.isNaN(time) ? undefined : time;
}
