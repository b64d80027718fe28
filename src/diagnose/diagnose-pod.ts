import { containerConfig, missingMount } from './container-config.ts';
import { containerStart } from './container-start.ts';
import { crashLoop } from './crash-loop.ts';
import { imagePull } from './image-pull.ts';
import type { PodFacts } from './kubernetes-facts.ts';
import { notReady } from './not-ready.ts';
import { outOfMemory } from './out-of-memory.ts';
import { podGone } from './pod-gone.ts';
import type { Trouble } from './trouble.ts';
import { unschedulable } from './unschedulable.ts';

const OF_CONTAINERS = [imagePull, containerConfig, containerStart, outOfMemory, crashLoop];
const OF_PODS = [unschedulable, missingMount, podGone, notReady];

/** What keeps a pod from working, the nearest to the cause first; at most one reason for each container. */
export function diagnosePod(pod: PodFacts): readonly Trouble[] {
  const found = pod.containers.flatMap((container) => {
    const [first] = OF_CONTAINERS.flatMap((rule) => rule(pod, container) ?? []);
    return first ?? [];
  });
  if (found.length > 0) return found;
  const [first] = OF_PODS.flatMap((rule) => rule(pod) ?? []);
  return first === undefined ? [] : [first];
}
