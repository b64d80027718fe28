import type { Span } from '../model/diagnostic.ts';
import type { EnvironmentValue, Project } from '../model/project.ts';

/**
 * Tells whether a value is written for several services at once: in a part that they share, or in an `env_file` that
 * more than one of them reads.
 */
export function sharedValues(project: Project): (value: EnvironmentValue) => boolean {
  const places = new Map<string, Set<string>>();
  const composeFiles = new Set([...project.files, ...project.services.map(({ at }) => at.file)]);
  const keyOf = ({ file, start }: Span): string =>
    composeFiles.has(file) ? `${start} ${file}` : file;
  for (const { name, environment } of project.services) {
    for (const { at } of environment.values()) {
      if (at === undefined) continue;
      const key = keyOf(at);
      places.set(key, (places.get(key) ?? new Set()).add(name));
    }
  }
  return ({ at }) => at !== undefined && (places.get(keyOf(at))?.size ?? 0) > 1;
}
