import type { Healthcheck } from '../../../model/healthcheck.ts';
import { type DockerInstruction, jsonWords } from './read-dockerfile.ts';

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/**
 * `HEALTHCHECK [options] CMD …`; undefined for `NONE`.
 *
 * @see https://docs.docker.com/reference/dockerfile/#healthcheck
 */
export function readHealthcheck({ text, flags }: DockerInstruction): Healthcheck | undefined {
  const [, command] = /^CMD\s+(.*)$/is.exec(text) ?? [];
  if (command === undefined) return undefined;
  const words = jsonWords(command);
  const duration = (flag: string, otherwise: number): number =>
    durationMs(flags.get(flag)) ?? otherwise;
  return {
    test: words === undefined ? ['CMD-SHELL', command] : ['CMD', ...words],
    intervalMs: duration('interval', 30_000),
    timeoutMs: duration('timeout', 30_000),
    startPeriodMs: duration('start-period', 0),
    startIntervalMs: duration('start-interval', 5000),
    retries: Number.parseInt(flags.get('retries') ?? '', 10) || 3,
  };
}

function durationMs(text: string | undefined): number | undefined {
  if (text === undefined || !/^(\d+(\.\d+)?(ms|h|m|s))+$/.test(text)) return undefined;
  return [...text.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0),
    0,
  );
}
