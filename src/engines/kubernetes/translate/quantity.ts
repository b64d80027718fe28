const UNITS: Readonly<Record<string, string>> = { k: 'Ki', m: 'Mi', g: 'Gi', t: 'Ti', p: 'Pi' };

/** A size as Compose or Kubernetes writes it, as Kubernetes reads it. Compose's `m` and `mb` are powers of two. */
export function byteQuantity(text: string): string {
  const [, number = '0', unit = ''] = /^([\d.]+)\s*([a-zA-Z]*)$/.exec(text.trim()) ?? [];
  const letter = unit.charAt(0).toLowerCase();
  const power = Object.hasOwn(UNITS, letter) ? UNITS[letter] : undefined;
  return power === undefined ? shortened(Number(number)) : `${number}${power}`;
}

/** Bytes in the largest unit that leaves a whole number. */
function shortened(bytes: number): string {
  let left = Math.ceil(bytes);
  let unit = '';
  for (const next of ['Ki', 'Mi', 'Gi', 'Ti']) {
    if (left === 0 || left % 1024 !== 0) break;
    left /= 1024;
    unit = next;
  }
  return `${left}${unit}`;
}

/** CPUs in thousandths, as in `500m`. */
export function cpuQuantity(cpus: number): string {
  const thousandths = Math.max(1, Math.round(cpus * 1000));
  return thousandths % 1000 === 0 ? String(thousandths / 1000) : `${thousandths}m`;
}

const SECONDS: Readonly<Record<string, number>> = {
  h: 3600,
  m: 60,
  s: 1,
  ms: 0.001,
  us: 0.000_001,
  µs: 0.000_001,
  ns: 0,
};

/** Seconds of a duration as the canonical model writes it: `1m30s`. */
export function secondsOf(text: string): number {
  if (text === '') return 0;
  return [...text.matchAll(/([\d.]+)(h|ms|m|s|us|µs|ns)/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (SECONDS[unit] ?? 0),
    0,
  );
}

const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  m: 0.001,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** Bytes of a size as the API writes it: `10Gi`, `5e3`. Absent for what is none. */
export function bytesOfQuantity(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([\d.]+(?:[eE][+-]?\d+)?)([a-zA-Z]*)$/.exec(text) ?? [];
  const factor = Object.hasOwn(FACTORS, unit) ? FACTORS[unit] : undefined;
  const bytes = Number(number) * (factor ?? Number.NaN);
  return number !== '' && Number.isFinite(bytes) ? Math.ceil(bytes) : undefined;
}
