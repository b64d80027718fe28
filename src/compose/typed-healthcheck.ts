import type { Healthcheck } from '../model/healthcheck.ts';
import { parseDuration } from './duration.ts';
import type { Node } from './node.ts';
import { flagOf, numberOf, textOf, textsOf, valueAt } from './tree.ts';

/** `disable: true`, or a test that is only `NONE`. */
export function isHealthcheckDisabled(node: Node | undefined): boolean {
  return flagOf(valueAt(node, 'disable')) === true || textsOf(valueAt(node, 'test'))[0] === 'NONE';
}

/** Absent when the section has no test of its own: then the image's counts. */
export function typedHealthcheck(node: Node | undefined): Healthcheck | undefined {
  const test = textsOf(valueAt(node, 'test'));
  if (isHealthcheckDisabled(node) || !isTest(test)) return undefined;
  return {
    test,
    intervalMs: milliseconds(valueAt(node, 'interval')) ?? 30_000,
    timeoutMs: milliseconds(valueAt(node, 'timeout')) ?? 30_000,
    retries: positive(numberOf(valueAt(node, 'retries'))) ?? 3,
    startPeriodMs: milliseconds(valueAt(node, 'start_period')) ?? 0,
    startIntervalMs: milliseconds(valueAt(node, 'start_interval')) ?? 5_000,
  };
}

function isTest(words: readonly string[]): words is Healthcheck['test'] {
  return words[0] === 'CMD' || words[0] === 'CMD-SHELL';
}

/** Zero means the default, as in Docker's engine. */
function milliseconds(node: Node | undefined): number | undefined {
  const text = textOf(node);
  return positive(text === undefined ? undefined : parseDuration(text));
}

function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}
