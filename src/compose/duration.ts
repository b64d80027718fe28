/** Nanoseconds of each unit that a duration may be written in. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  μs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 24 * 3600e9,
  w: 7 * 24 * 3600e9,
};
const PART = /(\d*)(?:\.(\d*))?([^\d.]+)/y;
/** Nearly all that are written: their own canonical form, and read without large numbers. */
const FEW_SECONDS = /^(?:[1-5]?\d)s$/;
/** The longest duration that Compose can hold: 63 bits of nanoseconds, about 292 years. */
const MAX_NS = 2n ** 63n - 1n;

/**
 * Milliseconds (a fraction is possible) of a duration as in `1m30s`: Go's syntax, and days and weeks as `1w2d`.
 * `0` needs no unit. Negative ones are read as negative. `undefined`: not a duration.
 */
export function parseDuration(text: string): number | undefined {
  if (FEW_SECONDS.test(text)) return Number(text.slice(0, -1)) * 1000;
  const ns = nanosecondsOf(text);
  return ns === undefined ? undefined : Number(ns / 1_000_000n) + Number(ns % 1_000_000n) / 1e6;
}

/** As Go prints it, as in `1m30s`, `1.5s`, `24h0m0s`, `0s`. */
export function formatDuration(ms: number): string {
  return goDuration(BigInt(Math.trunc(ms)) * 1_000_000n + BigInt(Math.round((ms % 1) * 1e6)));
}

/** A duration in the form in which `docker compose config` prints it. */
export function canonicalDuration(text: string): string | undefined {
  if (FEW_SECONDS.test(text)) return text;
  const ns = nanosecondsOf(text);
  return ns === undefined ? undefined : goDuration(ns);
}

function nanosecondsOf(text: string): bigint | undefined {
  const unsigned = /^[+-]/.test(text) ? text.slice(1) : text;
  if (unsigned === '0') return 0n;
  if (unsigned === '') return undefined;
  let total = 0n;
  PART.lastIndex = 0;
  while (PART.lastIndex < unsigned.length) {
    const part = PART.exec(unsigned);
    const ns = part === null ? undefined : nanosecondsOfPart(part);
    if (ns === undefined) return undefined;
    total += ns;
  }
  if (total > MAX_NS) return undefined;
  return text.startsWith('-') ? -total : total;
}

function nanosecondsOfPart([, whole = '', fraction = '', unit = '']: RegExpExecArray):
  | bigint
  | undefined {
  const size = Object.hasOwn(UNITS, unit) ? UNITS[unit] : undefined;
  if (size === undefined || (whole === '' && fraction === '')) return undefined;
  const rest = fraction === '' ? 0 : Math.trunc(Number(fraction) * (size / 10 ** fraction.length));
  return (
    BigInt(whole === '' ? 0 : whole) * BigInt(size) + (Number.isFinite(rest) ? BigInt(rest) : 0n)
  );
}

function goDuration(ns: bigint): string {
  if (ns === 0n) return '0s';
  if (ns < 0n) return `-${goDuration(-ns)}`;
  if (ns < 1_000n) return `${ns}ns`;
  if (ns < 1_000_000n) return `${decimal(ns, 3)}µs`;
  if (ns < 1_000_000_000n) return `${decimal(ns, 6)}ms`;
  const seconds = `${decimal(ns % 60_000_000_000n, 9)}s`;
  const minutes = ns / 60_000_000_000n;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `value` divided by ten to the power of `places`, without trailing zeros. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  const fraction = digits.slice(-places).replace(/0+$/, '');
  return `${digits.slice(0, -places)}${fraction === '' ? '' : `.${fraction}`}`;
}
