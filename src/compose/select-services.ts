import type { Node } from './node.ts';
import { changeKey, entriesOf, itemsOf, map, textOf, textsOf, valueAt } from './tree.ts';

export interface Selection {
  /** The model with active services only, and only the resources that they use. */
  readonly model: Node;
  readonly inactive: readonly string[];
}

export interface SelectOptions {
  /** `*` is all of them. None is the one without a name, as in Docker Compose. */
  readonly profiles: readonly string[];
  /** Services that are switched on by being named. */
  readonly enabled: readonly string[];
}

/** Leaves out services that no active profile switches on. @see https://docs.docker.com/compose/how-tos/profiles/ */
export function selectServices(model: Node, { profiles, enabled }: SelectOptions): Selection {
  const all = entriesOf(valueAt(model, 'services'));
  const wanted = profiles.length === 0 ? [''] : profiles;
  const isActive = ({ key, value }: { readonly key: string; readonly value: Node }): boolean => {
    const own = textsOf(valueAt(value, 'profiles'));
    if (own.length === 0 || enabled.includes(key) || profiles.includes('*')) return true;
    return own.some((profile) => wanted.includes(profile));
  };
  const active = all.filter(isActive);
  if (active.length === all.length) return { model: withoutUnused(model), inactive: [] };
  const selected = changeKey(model, 'services', ({ at }) => map(active, at));
  return {
    model: withoutUnused(selected),
    inactive: all.filter((entry) => !isActive(entry)).map(({ key }) => key),
  };
}

function withoutUnused(model: Node): Node {
  const services = entriesOf(valueAt(model, 'services')).map(({ value }) => value);
  const sources = (key: string): readonly string[] =>
    services.flatMap((service) => sourcesOf(valueAt(service, key)));
  const used: Readonly<Record<string, readonly string[]>> = {
    networks: services.flatMap((service) => keysOf(valueAt(service, 'networks'))),
    volumes: sources('volumes'),
    configs: sources('configs'),
    secrets: [
      ...sources('secrets'),
      ...services.flatMap((service) => sourcesOf(valueAt(service, 'build', 'secrets'))),
    ],
    models: services.flatMap((service) => keysOf(valueAt(service, 'models'))),
  };
  let kept = model;
  for (const [section, names] of Object.entries(used)) {
    const wanted = new Set(names);
    kept = changeKey(kept, section, (resources) =>
      map(
        entriesOf(resources).filter(({ key }) => wanted.has(key)),
        resources.at,
      ),
    );
  }
  return kept;
}

function keysOf(node: Node | undefined): readonly string[] {
  return entriesOf(node).map(({ key }) => key);
}

/** A short form is its own source. */
function sourcesOf(node: Node | undefined): readonly string[] {
  return itemsOf(node).flatMap((item) => textOf(valueAt(item, 'source') ?? item) ?? []);
}
