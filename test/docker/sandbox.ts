import { dockerCommand } from '../beds/docker/engine.ts';
import { dockerSocket } from '../beds/layout.ts';
import { createSandbox, type Sandbox } from '../rig/sandbox.ts';

/** A sandbox whose commands work on the engine of the bed. */
export function dockerSandbox({
  examplePorts = false,
}: { readonly examplePorts?: boolean } = {}): Promise<Sandbox> {
  return createSandbox({
    examplePorts,
    environment: { DOCKER_HOST: `unix://${dockerSocket}`, BOWLINE_ENGINE: 'docker' },
  });
}

/** What the engine says of a container. */
export async function inspect(name: string): Promise<Readonly<Record<string, unknown>>> {
  const found: unknown = JSON.parse(await dockerCommand(['inspect', name]));
  if (!Array.isArray(found)) throw new Error(`docker inspect ${name} gave no list`);
  const [first]: readonly unknown[] = found;
  if (typeof first !== 'object' || first === null) throw new Error(`there is no ${name}`);
  return Object.fromEntries(Object.entries(first));
}

/** Ids of the containers of a project, in order. */
export async function containersOf(project: string): Promise<readonly string[]> {
  const filter = `label=com.docker.compose.project=${project}`;
  const ids = await dockerCommand(['ps', '--all', '--quiet', '--no-trunc', '--filter', filter]);
  return ids.split('\n').filter(Boolean).toSorted();
}

/** Removes what was built for a project, also what has lost its name since. */
export async function removeImagesOf(project: string): Promise<void> {
  const filter = `--filter=label=com.docker.compose.project=${project}`;
  const images = await dockerCommand(['image', 'ls', '--all', '--quiet', filter]);
  const ids = [...new Set(images.split('\n').filter(Boolean))];
  if (ids.length > 0) await dockerCommand(['image', 'rm', '--force', ...ids]);
}
