import type { Diagnostic } from '../model/diagnostic.ts';
import type { Dependency, Project, Service } from '../model/project.ts';

/** No service waits for itself. Each circle is reported once, with all of its places. */
export function checkDependencyCycles(project: Project): readonly Diagnostic[] {
  const byName = new Map<string, Service>(
    project.services.map((service) => [service.name, service]),
  );
  const finished = new Set<string>();
  const found: Diagnostic[] = [];
  for (const start of project.services) {
    if (start.dependsOn.length === 0) continue;
    for (const circle of circlesFrom(start, byName, finished)) found.push(describe(circle));
  }
  return found;
}

interface Edge {
  readonly from: string;
  readonly dependency: Dependency;
}

/** Depth first, without recursion: a chain may be thousands long. */
function circlesFrom(
  start: Service,
  byName: ReadonlyMap<string, Service>,
  finished: Set<string>,
): readonly (readonly Edge[])[] {
  const circles: (readonly Edge[])[] = [];
  const path: Edge[] = [];
  const onPath = new Map<string, number>();
  const stack: { readonly name: string; next: number }[] = [];
  const enter = (name: string): void => {
    onPath.set(name, stack.length);
    stack.push({ name, next: 0 });
  };
  if (!finished.has(start.name)) enter(start.name);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const dependency = byName.get(top.name)?.dependsOn[top.next];
    top.next += 1;
    if (dependency === undefined) {
      stack.pop();
      path.pop();
      onPath.delete(top.name);
      finished.add(top.name);
      continue;
    }
    const edge = { from: top.name, dependency };
    const before = onPath.get(dependency.service);
    if (before !== undefined) circles.push([...path.slice(before), edge]);
    else if (byName.has(dependency.service) && !finished.has(dependency.service)) {
      path.push(edge);
      enter(dependency.service);
    }
  }
  return circles;
}

function describe(circle: readonly Edge[]): Diagnostic {
  const names = circle.map(({ from }) => from);
  const [first, ...rest] = circle;
  const itself = circle.length === 1;
  return {
    code: 'compose/dependency-cycle',
    severity: 'error',
    message: itself
      ? `${names[0] ?? ''} depends on itself`
      : `services wait for each other in a circle: ${[...names, names[0]].join(' → ')}`,
    help: 'None of them could ever start; remove one of these dependencies.',
    ...(first !== undefined && { at: first.dependency.at }),
    ...(rest.length > 0 && {
      related: rest.map(({ from, dependency }) => ({
        message: `${from} waits for ${dependency.service}`,
        at: dependency.at,
      })),
    }),
  };
}
