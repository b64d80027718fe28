import { ComposeError } from '../model/diagnostic.ts';
import type { Json, Project } from '../model/project.ts';
import { serviceHash } from '../model/service-hash.ts';

/** Images of hooks stand behind the one of their service. */
export function imagesOf({ name: projectName, canonical }: Project): readonly string[] {
  return Object.entries(sectionOf(canonical, 'services')).flatMap(([name, service]) => {
    const image = textOf(service, 'image') ?? `${projectName}-${name}`;
    const hooks = isSection(service) ? service['pre_start'] : undefined;
    const others = Array.isArray(hooks) ? hooks.map((hook: Json) => textOf(hook, 'image')) : [];
    return [image, ...others.filter((each) => each !== undefined && each !== image)].flatMap(
      (each) => each ?? [],
    );
  });
}

export function modelsOf({ canonical }: Project): readonly string[] {
  return Object.values(sectionOf(canonical, 'models')).flatMap(
    (model) => textOf(model, 'model') ?? [],
  );
}

/** @param wanted Names with commas between; `*` is all services. */
export function hashesOf(project: Project, wanted: string): readonly string[] {
  const names = wanted === '*' ? keysOf(project, 'services') : wanted.split(',');
  return names.map((name) => {
    const hash = serviceHash(project, name);
    if (hash === undefined) throw unknownService(project, name);
    return `${name} ${hash}`;
  });
}

function unknownService(project: Project, name: string): ComposeError {
  const message = `there is no service "${name}" in project ${project.name}`;
  const help = `Services: ${keysOf(project, 'services').join(', ')}.`;
  return new ComposeError(
    [{ code: 'arguments/unknown-service', severity: 'error', message, help }],
    { sources: new Map() },
  );
}

/** Names that the project has under a key of the top level. */
export function keysOf({ canonical }: Project, section: string): readonly string[] {
  return Object.keys(sectionOf(canonical, section));
}

function sectionOf(tree: Json, key: string): Readonly<Record<string, Json>> {
  const value = isSection(tree) ? tree[key] : undefined;
  return isSection(value) ? value : {};
}

function textOf(tree: Json, key: string): string | undefined {
  const value = isSection(tree) ? tree[key] : undefined;
  return typeof value === 'string' ? value : undefined;
}

function isSection(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
