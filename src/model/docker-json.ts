import type { Json, Project } from './project.ts';

type Section = Readonly<Record<string, Json>>;

/** One service as Docker's JSON has it, before dollar signs are doubled; absent when there is none of that name. */
export function serviceInJson(project: Project, name: string): Section | undefined {
  const { services } = withGoNames({
    services: withoutExtensions(sectionOf(sectionOf(project.canonical)['services']), 'services'),
  });
  const found = sectionOf(services);
  return Object.hasOwn(found, name) ? sectionOf(found[name]) : undefined;
}

/** What is limited by device has the names of Go's fields in Docker's JSON, and no field is left out. */
export function withGoNames(tree: Section): Section {
  const all = sectionOf(tree['services']);
  const limited = Object.values(all).some((service) =>
    isSection(sectionOf(service)['blkio_config']),
  );
  if (!limited) return tree;
  const services = Object.entries(all).map(([name, service]) => {
    const limits = sectionOf(service)['blkio_config'];
    if (!isSection(limits)) return [name, service] as const;
    const named = Object.entries(limits).map(([key, value]) => [
      key,
      Array.isArray(value) ? value.map((item: Json) => goNames(key, sectionOf(item))) : value,
    ]);
    return [name, { ...sectionOf(service), blkio_config: Object.fromEntries(named) }] as const;
  });
  return { ...tree, services: Object.fromEntries(services) };
}

function goNames(key: string, { path = '', weight = 0, rate = '0' }: Section): Section {
  return key === 'weight_device' ? { Path: path, Weight: weight } : { Path: path, Rate: rate };
}

/** Docker leaves `x-…` out of its sections; in a map of names they would be names. */
export function withoutExtensions(value: Json, key: string): Json {
  if (!hasExtensions(value, key)) return value;
  if (Array.isArray(value)) return value.map((item: Json) => withoutExtensions(item, ''));
  const kept = Object.entries(sectionOf(value)).filter(([name]) => !isExtension(name, key));
  return Object.fromEntries(kept.map(([name, each]) => [name, withoutExtensions(each, name)]));
}

function hasExtensions(value: Json, key: string): boolean {
  if (Array.isArray(value)) return value.some((item: Json) => hasExtensions(item, ''));
  if (!isSection(value)) return false;
  return Object.keys(value).some(
    (name) => isExtension(name, key) || hasExtensions(value[name] ?? null, name),
  );
}

function isExtension(name: string, within: string): boolean {
  return name.startsWith('x-') && !MAPS_OF_NAMES.has(within);
}

const MAPS_OF_NAMES = new Set([
  'annotations',
  'args',
  'configs',
  'depends_on',
  'driver_opts',
  'environment',
  'labels',
  'networks',
  'options',
  'secrets',
  'services',
  'sysctls',
  'volumes',
]);

function sectionOf(value: Json | undefined): Section {
  return isSection(value) ? value : {};
}

function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
