import { withTimeout } from '../../host/delay.ts';
import type { ObservedVolume, UsedBytes } from '../../model/observed-volume.ts';
import { volumeUsersOf } from '../../model/volume-users.ts';
import { DockerError } from './api.ts';
import { listContainers, serviceOf } from './containers.ts';
import type { DockerContext } from './context.ts';
import { label } from './labels.ts';
import type { Volume } from './shapes.ts';

/** The engine walks every volume that it has, of this project and of others: seconds on a full machine. */
const COUNTING_MS = 10_000;

interface Asked {
  readonly signal: AbortSignal;
  readonly count: boolean;
}

/** Volumes of the engine: those of the file, others with the project's label, and those without a name. */
export async function observeVolumes(
  context: DockerContext,
  { signal, count }: Asked,
): Promise<readonly ObservedVolume[]> {
  const { project } = context;
  const [{ found, mounted }, usedOf] = await Promise.all([
    lookAt(context, signal),
    count ? counted(context, signal) : undefined,
  ]);
  const users = volumeUsersOf(project);
  const declared = project.volumes
    .filter(({ name }) => found.has(name) || (users.get(name) ?? []).length > 0)
    .map(({ name }) => name);
  const external = new Set(project.volumes.flatMap((each) => (each.external ? each.name : [])));
  return [...new Set([...declared, ...[...found.keys()].toSorted()])].map(
    (name): ObservedVolume => {
      const about = {
        name,
        services: [...new Set([...(users.get(name) ?? []), ...(mounted.get(name) ?? [])])],
        isExternal: external.has(name),
      };
      const volume = found.get(name);
      if (volume === undefined) return { ...about, state: 'absent' };
      const used = usedOf?.(name);
      return {
        ...about,
        state: 'present',
        class: volume.Driver,
        // Of a folder that was given the volume is only a name.
        place: volume.Options?.['device'] ?? volume.Mountpoint,
        ...(used !== undefined && { used }),
      };
    },
  );
}

/** What there is of the project's volumes, of those outside that it names, and of those that only containers know. */
async function lookAt(
  context: DockerContext,
  signal: AbortSignal,
): Promise<{
  readonly found: ReadonlyMap<string, Volume>;
  readonly mounted: ReadonlyMap<string, readonly string[]>;
}> {
  const { api, project } = context;
  const [{ Volumes }, mounted] = await Promise.all([
    api.call<{ readonly Volumes: readonly Volume[] | null }>({ path: '/volumes', signal }),
    mountedVolumes(context, signal),
  ]);
  const named = new Set(project.volumes.map(({ name }) => name));
  const own = (Volumes ?? []).filter(
    ({ Name, Labels }) =>
      Labels?.[label.project] === project.name || named.has(Name) || mounted.has(Name),
  );
  return { found: new Map(own.map((volume) => [volume.Name, volume])), mounted };
}

/** Services whose containers have each volume. */
async function mountedVolumes(
  context: DockerContext,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const users = new Map<string, readonly string[]>();
  for (const container of await listContainers(context, signal))
    for (const { Type, Name } of container.Mounts ?? [])
      if (Type === 'volume' && Name !== undefined)
        users.set(Name, [...(users.get(Name) ?? []), serviceOf(container)]);
  return users;
}

async function counted(
  { api }: DockerContext,
  signal: AbortSignal,
): Promise<(name: string) => UsedBytes> {
  try {
    const { Volumes } = await withTimeout(
      (limited) =>
        api.call<{ readonly Volumes?: readonly Volume[] | null }>({
          path: '/system/df',
          query: { type: 'volume' },
          signal: limited,
        }),
      { signal, ms: COUNTING_MS },
    );
    const sizes = new Map((Volumes ?? []).map(({ Name, UsageData }) => [Name, UsageData?.Size]));
    return (name) => {
      const bytes = sizes.get(name) ?? -1;
      return bytes >= 0
        ? { kind: 'counted', bytes }
        : { kind: 'unknown', hint: 'its driver does not say' };
    };
  } catch (error) {
    signal.throwIfAborted();
    const hint =
      error instanceof DockerError
        ? `the engine did not count: ${error.message}`
        : `the engine had not counted its volumes after ${COUNTING_MS / 1000} s; docker system df -v waits for it`;
    return () => ({ kind: 'unknown', hint });
  }
}
