import { randomUUID } from 'node:crypto';

import { onTestFinished } from 'vitest';

import { dockerCommand } from '../beds/docker/engine.ts';
import { until } from '../beds/until.ts';

/** Builds an image with BuildKit; it is gone at the end of the test. */
export async function build(folder: string): Promise<string> {
  const image = uniqueName();
  onTestFinished(async () => {
    await dockerCommand(['rmi', '--force', image]).catch(() => {});
  });
  await dockerCommand(['build', '--quiet', '--tag', image, folder], {
    environment: { DOCKER_BUILDKIT: '1' },
    timeoutMs: 600_000,
  });
  return image;
}

/** `docker run --detach`; the container and its volumes are gone at the end of the test. */
export async function start(args: readonly string[]): Promise<string> {
  const name = uniqueName();
  onTestFinished(async () => {
    await dockerCommand(['rm', '--force', '--volumes', name]);
  });
  await dockerCommand(['run', '--detach', '--name', name, ...args]);
  return name;
}

/** Creates a bridge network that is gone at the end of the test. */
export async function createNetwork(): Promise<string> {
  const network = uniqueName();
  await dockerCommand(['network', 'create', network]);
  onTestFinished(async () => {
    await dockerCommand(['network', 'rm', network]);
  });
  return network;
}

export async function subnetOf(network: string): Promise<string> {
  const format = '{{(index .IPAM.Config 0).Subnet}}';
  return (await dockerCommand(['network', 'inspect', '--format', format, network])).trim();
}

/** A volume that is gone at the end of the test. */
export async function createVolume(): Promise<string> {
  const volume = uniqueName();
  await dockerCommand(['volume', 'create', volume]);
  onTestFinished(async () => {
    await dockerCommand(['volume', 'rm', '--force', volume]);
  });
  return volume;
}

/** Waits for PostgreSQL on TCP: the server of the first set-up listens on its socket only. */
export async function databaseReady(name: string, user = 'postgres'): Promise<void> {
  const asked = ['exec', name, 'pg_isready', '-h', '127.0.0.1', '-U', user];
  await until(`${name} to be ready`, async () => {
    const state = await dockerCommand(['inspect', '--format', '{{.State.Status}}', name]);
    if (state.trim() !== 'running') throw new Error(await dockerCommand(['logs', name]));
    return dockerCommand(asked).then(
      () => true,
      () => false,
    );
  });
}

function uniqueName(): string {
  return `bed-test-${randomUUID()}`;
}
