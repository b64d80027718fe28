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
  const used = new UsedResources();
  for (const { value } of entriesOf(valueAt(model, 'services'))) used.addService(value);
  let kept = model;
  for (const [section, names] of Object.entries(used.names)) {
    kept = changeKey(kept, section, (resources) =>
      map(
        entriesOf(resources).filter(({ key }) => names.has(key)),
        resources.at,
      ),
    );
  }
  return kept;
}

/** Resources of the project that services name. */
class UsedResources {
  readonly names = {
    networks: new Set<string>(),
    volumes: new Set<string>(),
    configs: new Set<string>(),
    secrets: new Set<string>(),
    models: new Set<string>(),
  };

  addService(service: Node): void {
    // By what is written: most services have few of these keys.
    entriesOf(service).forEach(({ key, value }) => {
      switch (key) {
        case 'networks':
        case 'models':
          entriesOf(value).forEach((entry) => this.names[key].add(entry.key));
          return;
        case 'volumes':
        case 'configs':
        case 'secrets':
          return this.#addSources(value, this.names[key]);
        case 'build':
          return this.#addSources(valueAt(value, 'secrets'), this.names.secrets);
      }
    });
  }

  /** A short form is its own source. */
  #addSources(node: Node | undefined, names: Set<string>): void {
    itemsOf(node).forEach((item) => {
      const source = textOf(valueAt(item, 'source') ?? item);
      if (source !== undefined) names.add(source);
    });
  }
}
