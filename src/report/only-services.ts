import type { Json } from '../model/project.ts';

type Section = Readonly<Record<string, Json>>;

/** Services by name, all that they depend on, and the resources that these use. */
export function onlyServices(tree: Section, names: readonly string[]): Section {
  const all = sectionOf(tree['services']);
  const wanted = withDependencies(all, names);
  const services = Object.entries(all).filter(([name]) => wanted.has(name));
  const used = (section: string): ReadonlySet<string> =>
    new Set(services.flatMap(([, service]) => namesIn(sectionOf(service), section)));
  const entries = Object.entries(tree).map(([key, value]) => {
    if (key === 'services') return [key, Object.fromEntries(services)] as const;
    if (!RESOURCES.includes(key)) return [key, value] as const;
    const kept = used(key);
    const left = Object.entries(sectionOf(value)).filter(([name]) => kept.has(name));
    return [key, Object.fromEntries(left)] as const;
  });
  return Object.fromEntries(
    entries.filter(([key, value]) => key === 'services' || !isEmpty(value)),
  );
}

const RESOURCES: readonly string[] = ['networks', 'volumes', 'secrets', 'configs', 'models'];

function withDependencies(services: Section, names: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const waiting = [...names];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    waiting.push(...Object.keys(sectionOf(sectionOf(services[name])['depends_on'])));
  }
  return found;
}

/** Keys of a map, sources of a list; secrets of the build count as the service's own. */
function namesIn(service: Section, section: string): readonly string[] {
  const own = service[section];
  const ofBuild = sectionOf(service['build'])[section];
  const lists = [own, ofBuild].flatMap((list) => (Array.isArray(list) ? list : []));
  const sources = lists.flatMap((item: Json) => {
    const { source } = sectionOf(item);
    return typeof source === 'string' ? [source] : [];
  });
  return [...sources, ...(Array.isArray(own) ? [] : Object.keys(sectionOf(own)))];
}

function isEmpty(value: Json): boolean {
  return isSection(value) && Object.keys(value).length === 0;
}

function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
