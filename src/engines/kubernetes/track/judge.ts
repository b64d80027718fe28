import { cannotCreate } from '../../../diagnose/cannot-create.ts';
import { claimPending } from '../../../diagnose/claim-pending.ts';
import { diagnosePod } from '../../../diagnose/diagnose-pod.ts';
import { jobFailed } from '../../../diagnose/job-failed.ts';
import type { Trouble } from '../../../diagnose/trouble.ts';
import { idOf, type KubernetesObject, titleOf } from '../object.ts';
import type { CrashLog } from './crash-log.ts';
import { claimFacts, jobFacts, podFacts, type Surroundings, workloadFacts } from './facts.ts';
import { makerOf, newestPodsOf } from './ownership.ts';
import type { Storage } from './storage.ts';
import type { View } from './view.ts';
import type { ClusterEvent } from './wire.ts';

export interface Seen {
  readonly view: View;
  readonly crashes: CrashLog;
  readonly storage: Storage;
  readonly nowMs: number;
}

/** What keeps one object from working, as far as can be seen. */
export function troublesOf(object: KubernetesObject, seen: Seen): readonly Trouble[] {
  const title = titleOf(idOf(object));
  const around = (about: KubernetesObject): Surroundings => ({
    nowMs: seen.nowMs,
    warnings: warningsAbout(about, seen.view),
    crashesOf: (pod, container) => seen.crashes.crashesOf(pod, container),
  });
  if (object.kind === 'PersistentVolumeClaim') {
    const pending = claimPending(claimFacts(object, seen.storage, around(object)));
    return pending === undefined ? [] : [pending];
  }
  const pods = newestPodsOf(object, seen.view);
  for (const pod of pods) seen.crashes.notice(pod);
  const facts = pods.map((pod) => podFacts(pod, title, around(pod)));
  if (object.kind === 'Job') {
    const failed = jobFailed(jobFacts(object, facts));
    if (failed !== undefined) return [failed];
    // Each failure of a pod is one of the tries that it has.
    return facts.flatMap(diagnosePod).filter((trouble) => !isTryOf(trouble));
  }
  const refused = cannotCreate(workloadFacts(object, around(makerOf(object, seen.view))));
  if (refused !== undefined && pods.length === 0) return [refused];
  const each = facts.map((pod) => ({ pod, troubles: diagnosePod(pod) }));
  // A copy that fails beside others that work may be its node's fault.
  const isSomeReady = each.some(({ pod }) => pod.ready);
  return each.flatMap(({ troubles }) => (isSomeReady ? troubles.map(hopeful) : troubles));
}

function isTryOf({ finding }: Trouble): boolean {
  return finding.code === 'kubernetes/crash-loop';
}

function hopeful(trouble: Trouble): Trouble {
  return { ...trouble, verdict: 'hopeful' };
}

function warningsAbout(object: KubernetesObject, view: View): readonly ClusterEvent[] {
  return view
    .relatedTo(object, 'Event')
    .filter((event): event is ClusterEvent => (event as ClusterEvent).type === 'Warning');
}
