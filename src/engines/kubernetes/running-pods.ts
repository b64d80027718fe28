import { systemClock } from '../../host/clock.ts';
import type { ServiceName } from '../../model/project.ts';
import { replicasOf } from './observe.ts';
import { type KubernetesOptions, LABEL } from './options.ts';
import { ownerOf } from './parts.ts';
import type { Pod } from './track/wire.ts';

type Known = Pick<KubernetesOptions, 'project' | 'names'>;

export interface PodOfService {
  readonly pod: Pod;
  readonly service: ServiceName;
  /** From 1, in the order of their age. */
  readonly number: number;
}

/** Of every service those that run, in the order of the file. */
export function runningPods(options: Known, pods: readonly Pod[]): readonly PodOfService[] {
  const byName = new Map(pods.map((pod) => [pod.metadata.name, pod]));
  const seen = { pods, workloads: [], nowMs: systemClock.wallMs() };
  return replicasOf(options, seen).flatMap(({ name, service, number, state }) => {
    const pod = byName.get(name);
    return pod === undefined || state.kind !== 'running' ? [] : [{ pod, service, number }];
  });
}

/** Whose an object is of which only the name is known: what is made for a service is called after it. */
export function ownerByName({ names }: Known, name: string): ServiceName | undefined {
  const metadata = { name, labels: { [LABEL.name]: name } };
  return ownerOf({ names }, { apiVersion: '', kind: '', metadata });
}
