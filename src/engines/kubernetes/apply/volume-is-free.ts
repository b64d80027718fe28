import { systemClock } from '../../../host/clock.ts';
import type { Objects } from '../cluster/objects.ts';
import type { ResourceKind } from '../cluster/resources.ts';
import type { ObjectId } from '../object.ts';
import type { PersistentVolume } from '../track/wire.ts';

const EVERY_MS = 50;
/** Then the claim has to wait for the cluster's next round. */
const TIMEOUT_MS = 3000;

/**
 * Waits until a volume that was just made can be had. The cluster looks for one when a claim comes, and again only
 * 15 seconds later: a claim that is a moment earlier than its volume waits all that time.
 */
export async function volumeIsFree(
  objects: Objects,
  { resource, id }: { readonly resource: ResourceKind; readonly id: ObjectId },
  signal: AbortSignal,
): Promise<void> {
  const untilMs = systemClock.nowMs() + TIMEOUT_MS;
  while (systemClock.nowMs() < untilMs) {
    const volume: PersistentVolume | undefined = await objects.get(resource, id, signal);
    const { phase = 'Pending' } = volume?.status ?? {};
    if (phase !== 'Pending') return;
    await systemClock.sleep(EVERY_MS, signal);
  }
}
