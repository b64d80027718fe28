import { systemClock } from '../../../host/clock.ts';
import { waitUntil } from '../../../host/wait-until.ts';
import { RunError } from '../../../model/finding.ts';
import { ExitCode } from '../../../model/exit-code.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { Objects } from '../cluster/objects.ts';
import type { ResourceKind } from '../cluster/resources.ts';
import { type ObjectId, titleOf } from '../object.ts';

export interface Removal {
  readonly resource: ResourceKind;
  readonly id: ObjectId;
  /** Another object of the same name is no concern of ours. */
  readonly uid?: string;
}

/**
 * Waits until objects that were deleted are gone, with all that they made.
 *
 * @throws {RunError} when time is up; names who holds on to them.
 */
export async function removed(
  cluster: Cluster,
  removals: readonly Removal[],
  { signal, timeoutMs }: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  const objects = new Objects(cluster);
  const held = new Map<Removal, readonly string[]>();
  const look = async (each: Removal): Promise<boolean> => {
    const found = await objects.get(each.resource, each.id, signal);
    const isThere =
      found !== undefined && (each.uid === undefined || found.metadata.uid === each.uid);
    if (isThere) held.set(each, finalizersOf(found.metadata));
    return isThere;
  };
  let left = removals;
  try {
    await waitUntil(
      async () => {
        const there = await Promise.all(left.map(look));
        left = left.filter((_, index) => there[index]);
        return left.length === 0 ? true : undefined;
      },
      { clock: systemClock, signal, what: 'objects to be gone', everyMs: 300, timeoutMs },
    );
  } catch (error) {
    signal.throwIfAborted();
    if (left.length === 0) throw error;
    throw new RunError(
      left.map((each) => {
        const title = titleOf(each.id);
        const finalizers = held.get(each) ?? [];
        return {
          code: 'kubernetes/not-deleted',
          service: title,
          cause: `${title} is still there after ${Math.round(timeoutMs / 1000)} s`,
          ...(finalizers.length > 0 && { proof: [`held by ${finalizers.join(', ')}`] }),
          fix: ['It goes as soon as what holds it has ended; see kubectl describe.'],
        };
      }),
      { exitCode: ExitCode.timedOut },
    );
  }
}

function finalizersOf({ finalizers }: { readonly [field: string]: unknown }): readonly string[] {
  return Array.isArray(finalizers) ? finalizers.filter((each) => typeof each === 'string') : [];
}
