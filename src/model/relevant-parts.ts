import type { Json } from './project.ts';

/** Keys of a service that may change without making a running copy out of date. */
const OF_NO_MATTER = new Set([
  'attach',
  'depends_on',
  'develop',
  'profiles',
  'pull_policy',
  'scale',
]);
const OF_NO_MATTER_IN_DEPLOY = new Set(['replicas', 'update_config', 'rollback_config']);

type Section = Readonly<Record<string, Json>>;

/** The part of a service, in canonical form, that a running copy was made from. */
export function relevantParts(service: Section): Section {
  const relevant: Record<string, Json> = {};
  for (const [key, value] of Object.entries(service)) {
    if (OF_NO_MATTER.has(key) || (key.startsWith('x-') && key !== 'x-bowline')) continue;
    if (key === 'x-bowline') relevant[key] = sectionAt(value, 'native') ?? null;
    else if (key === 'deploy') relevant[key] = withoutKeys(value, OF_NO_MATTER_IN_DEPLOY);
    else relevant[key] = value;
  }
  return relevant;
}

/** The map at `key` of `value`, when both are maps. */
export function sectionAt(value: Json | undefined, key: string): Section | undefined {
  const found = isSection(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return isSection(found) ? found : undefined;
}

export function isSection(value: Json | undefined): value is Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Names of the secrets or configs that a service's grants are of. */
export function grantedSources(grants: Json | undefined): readonly string[] {
  return Array.isArray(grants)
    ? grants.flatMap((grant: Json) => {
        const source = isSection(grant) ? grant['source'] : grant;
        return typeof source === 'string' ? [source] : [];
      })
    : [];
}

function withoutKeys(value: Json, keys: ReadonlySet<string>): Json {
  if (!isSection(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}
