import { isDockerUp } from './docker/bed.ts';
import { isKubernetesUp } from './kubernetes/bed.ts';
import type { Bed } from './layout.ts';
import { docker, kubernetes, podman } from './layout.ts';
import { isPodmanUp } from './podman/engine.ts';

/** Asked once for all files of a suite: a cluster is asked by programs that take long to start. */
const answers = new Map<Bed, Promise<boolean>>();

/** Whether the Docker bed is up; otherwise says that what needs it is skipped. */
export function hasDockerBed(): Promise<boolean> {
  return has(docker, isDockerUp);
}

/** Whether the cluster is up; otherwise says that what needs it is skipped. */
export function hasKubernetesBed(): Promise<boolean> {
  return has(kubernetes, isKubernetesUp);
}

/** Whether the Podman bed is up; otherwise says that what needs it is skipped. */
export function hasPodmanBed(): Promise<boolean> {
  return has(podman, isPodmanUp);
}

async function has(bed: Bed, isUp: () => Promise<boolean>): Promise<boolean> {
  const answer = answers.get(bed) ?? isUp();
  answers.set(bed, answer);
  return tell(bed, await answer);
}

function tell({ name, title }: Bed, isUp: boolean): boolean {
  // oxlint-disable-next-line no-console -- a test that does not run must say so
  if (!isUp) console.warn(`SKIPPED: the ${title} is not up; npm run bed:${name} starts it`);
  return isUp;
}
