import type { Project } from './project.ts';

/** Services that mount each named volume, by the name that it has on the engine, in the order of the file. */
export function volumeUsersOf({
  services,
  volumes,
}: Pick<Project, 'services' | 'volumes'>): ReadonlyMap<string, readonly string[]> {
  return new Map(
    volumes.map(({ key, name }) => [
      name,
      services
        .filter(({ mounts }) =>
          mounts.some((each) => each.kind === 'volume' && each.source === key),
        )
        .map((service) => service.name),
    ]),
  );
}
