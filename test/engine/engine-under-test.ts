import type { Client } from '../beds/docker/client.ts';
import { dockerCommand } from '../beds/docker/engine.ts';
import { hasDockerBed, hasPodmanBed } from '../beds/has-bed.ts';
import { dockerSocket, podmanSocket } from '../beds/layout.ts';
import { podmanCommand } from '../beds/podman/engine.ts';

/** One of the engines that have the same facts. */
export interface EngineUnderTest {
  readonly title: string;
  readonly client: Client;
  readonly socket: string;
  readonly isUp: boolean;
  /** Whether it builds with BuildKit; otherwise with what it has instead. */
  readonly hasBuildKit: boolean;
}

export async function dockerUnderTest(): Promise<EngineUnderTest> {
  const isUp = await hasDockerBed();
  return {
    title: 'Docker bed',
    client: dockerCommand,
    socket: dockerSocket,
    isUp,
    hasBuildKit: true,
  };
}

/** Podman 4.3 has no BuildKit: its API has no `/session`, its builder is Buildah. */
export async function podmanUnderTest(): Promise<EngineUnderTest> {
  const isUp = await hasPodmanBed();
  return {
    title: 'Podman bed',
    client: podmanCommand,
    socket: podmanSocket,
    isUp,
    hasBuildKit: false,
  };
}
