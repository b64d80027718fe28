import { isDockerUp } from './docker/bed.ts';
import { isKubernetesUp } from './kubernetes/bed.ts';
import type { Bed } from './layout.ts';
import { docker, kubernetes, podman } from './layout.ts';
import { isPodmanUp } from './podman/engine.ts';

/** Whether the Docker bed is up; otherwise says that what needs it is skipped. */
export async function hasDockerBed(): Promise<boolean> {
  return tell(docker, await isDockerUp());
}

/** Whether the cluster is up; otherwise says that what needs it is skipped. */
export async function hasKubernetesBed(): Promise<boolean> {
  return tell(kubernetes, await isKubernetesUp());
}

/** Whether the Podman bed is up; otherwise says that what needs it is skipped. */
export async function hasPodmanBed(): Promise<boolean> {
  return tell(podman, await isPodmanUp());
}

function tell({ name, title }: Bed, isUp: boolean): boolean {
  // oxlint-disable-next-line no-console -- a test that does not run must say so
  if (!isUp) console.warn(`SKIPPED: the ${title} is not up; npm run bed:${name} starts it`);
  return isUp;
}
