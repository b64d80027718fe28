import type { Healthcheck } from '../../../model/healthcheck.ts';

/** The instruction's words after its flags: `CMD` and a command, or `NONE`. */
export interface HealthcheckText {
  readonly flags: ReadonlyMap<string, string>;
  readonly test: readonly ['CMD' | 'CMD-SHELL', ...string[]];
}

/** @see https://docs.docker.com/reference/dockerfile/#healthcheck */
export function healthcheckOf({ flags, test }: HealthcheckText): Healthcheck {
  const ms = (name: string, otherwise: number): number => {
    const value = durationMs(flags.get(name) ?? '');
    return value === undefined || value === 0 ? otherwise : value;
  };
  const retries = Number(flags.get('retries') ?? '');
  return {
    test,
    intervalMs: ms('interval', 30_000),
    timeoutMs: ms('timeout', 30_000),
    startPeriodMs: ms('start-period', 0),
    startIntervalMs: ms('start-interval', 5000),
    retries: Number.isInteger(retries) && retries > 0 ? retries : 3,
  };
}

const UNIT_MS: Readonly<Record<string, number>> = {
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** Go's form of a duration, as in `1m30s`, in milliseconds. */
function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:h|ms|m|s|us|µs|ns))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g);
  const total = [...parts].reduce(
    (sum, [, amount, unit]) => sum + Number(amount) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
  return Math.round(total);
}
