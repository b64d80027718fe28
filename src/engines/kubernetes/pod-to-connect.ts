import type { ConnectRequest } from '../../engine/connection.ts';
import { RunError } from '../../model/finding.ts';
import { LABEL } from './options.ts';
import { type Pod, timeMs } from './track/wire.ts';

/**
 * The pod that gets a connection: ready, of those that did not refuse it just now, and the newest, which will be there
 * longest while a new version is rolled out.
 */
export function podToConnect(
  pods: readonly Pod[],
  { name, number, after }: Pick<ConnectRequest, 'number' | 'after'> & { readonly name: string },
): Pod | undefined {
  const own = pods
    .filter(({ metadata }) => metadata.labels?.[LABEL.name] === name)
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .toSorted((a, b) => createdMs(a) - createdMs(b));
  if (number !== undefined) return own[number - 1];
  const ready = own.filter(isReady).toReversed();
  return ready.find(({ metadata }) => !after.has(metadata.name)) ?? ready[0];
}

export function notReady(service: string): RunError {
  return new RunError([
    {
      code: 'kubernetes/not-running',
      service,
      cause: `${service} has no pod that is ready`,
      fix: ['bowline ps shows what there is; bowline doctor why it is not ready.'],
    },
  ]);
}

function isReady({ status }: Pod): boolean {
  return (
    status?.conditions?.some((each) => each.type === 'Ready' && each.status === 'True') === true
  );
}

function createdMs({ metadata }: Pod): number {
  return timeMs(metadata.creationTimestamp);
}
