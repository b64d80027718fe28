import type { Project, Service } from '../../../model/project.ts';
import type { ImageFacts, TranslateOptions } from '../../../model/translation.ts';
import { type Account, openAccount } from './account.ts';
import type { DraftMap } from './draft.ts';
import { type KnownServer, knownServer } from './known-server.ts';
import { objectName, objectNames } from './names.ts';
import { at, exists, type Place, textOf, textsOf } from './place.ts';
import { type WorkloadKind, workloadKinds } from './workload-kind.ts';

/** What every part of the translation needs to know. */
export interface ProjectContext {
  readonly project: Project;
  readonly root: Place;
  readonly options: TranslateOptions;
  readonly account: Account;
  readonly namespace: string;
  /** What the project is called on the cluster. */
  readonly instance: string;
  /** Names on the cluster, by name in the file. */
  readonly names: ReadonlyMap<string, string>;
  /** All names on the cluster. */
  readonly spelled: ReadonlySet<string>;
  /** Names that a cluster cannot spell, and what they became. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Names under which others link to a service. */
  readonly linkedAs: ReadonlyMap<string, readonly WrittenName[]>;
  readonly services: readonly ServiceContext[];
  /** Services that share the network of another one, by its name. */
  readonly guests: ReadonlyMap<string, readonly ServiceContext[]>;
}

interface WrittenName {
  readonly text: string;
  readonly place: Place;
}

export interface ServiceContext {
  readonly parent: ProjectContext;
  readonly service: Service;
  readonly place: Place;
  /** Name on the cluster: what others call it. */
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly facts: ImageFacts | undefined;
  /** Of the official image, unless something else is built or started in it. */
  readonly server: KnownServer | undefined;
  /** The service in whose pod this one runs, because it shares its network. */
  readonly host: string | undefined;
}

export function openContext(project: Project, options: TranslateOptions): ProjectContext {
  const root: Place = { value: project.canonical, pointer: '' };
  const kinds = workloadKinds(project, root);
  const names = objectNames(project.services.map(({ name }) => name));
  const services: ServiceContext[] = [];
  const guests = new Map<string, readonly ServiceContext[]>();
  const instance = objectName(project.name);
  const parent: ProjectContext = {
    project,
    root,
    options,
    account: openAccount(project.origins),
    namespace: options.namespace ?? instance,
    instance,
    names,
    spelled: new Set(names.values()),
    renamed: new Map([...names].filter(([old, name]) => old !== name)),
    linkedAs: linksIn(project, root),
    services,
    guests,
  };
  for (const service of project.services) {
    const place = at(root, 'services', service.name);
    const server =
      service.build === undefined && !exists(at(place, 'entrypoint'))
        ? knownServer(service.image)
        : undefined;
    services.push({
      parent,
      service,
      place,
      name: names.get(service.name) ?? service.name,
      kind: kinds.get(service.name) ?? 'Deployment',
      facts: options.imageFacts?.get(service.name),
      server,
      host: /^service:(.+)$/.exec(textOf(at(place, 'network_mode')) ?? '')?.[1],
    });
  }
  for (const service of services)
    if (service.host !== undefined)
      guests.set(service.host, [...(guests.get(service.host) ?? []), service]);
  return parent;
}

/** `service:alias` */
function linksIn({ services }: Project, root: Place): ReadonlyMap<string, readonly WrittenName[]> {
  const links = new Map<string, readonly WrittenName[]>();
  for (const { name } of services)
    for (const { text, place } of textsOf(at(root, 'services', name, 'links'))) {
      const [target = '', alias] = text.split(':', 2);
      if (alias !== undefined)
        links.set(target, [...(links.get(target) ?? []), { text: alias, place }]);
    }
  return links;
}

/** The two labels by which pods are found. They never change: selectors cannot. */
export function selectorOf({ name, parent }: ServiceContext): DraftMap {
  return {
    'app.kubernetes.io/name': name,
    'app.kubernetes.io/instance': parent.instance,
  };
}

/** Labels of an object that belongs to a service. */
export function labelsOf(context: ServiceContext): DraftMap {
  return { ...selectorOf(context), ...projectLabels(context.parent) };
}

/** Labels of an object that belongs to the project as a whole. */
export function projectLabels({ instance }: ProjectContext): DraftMap {
  return {
    'app.kubernetes.io/part-of': instance,
    'app.kubernetes.io/managed-by': 'bowline',
  };
}
