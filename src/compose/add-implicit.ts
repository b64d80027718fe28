import type { Span } from '../model/diagnostic.ts';
import type { Entry, Node } from './node.ts';
import {
  changeKey,
  entriesOf,
  entryOf,
  flagOf,
  isNothing,
  itemsOf,
  list,
  map,
  mapValues,
  scalar,
  textOf,
  valueAt,
  withKey,
  withoutEmpty,
} from './tree.ts';

/** Adds what a Compose file means without saying it: the default network, names on the engine, dependencies that follow from links. */
export function addImplicit(model: Node, projectName: string): Node {
  const services = changeKey(model, 'services', (node) => mapValues(node, implicitOfService));
  return withResourceNames(withDefaultNetwork(services), projectName);
}

/** Keys of a service that mean more than they say. */
const TELLING = new Set([
  'links',
  'network_mode',
  'ipc',
  'pid',
  'uts',
  'cgroup',
  'volumes_from',
  'pre_start',
  'build',
]);

function implicitOfService(service: Node): Node {
  const member = withDefaultMembership(service);
  if (!entriesOf(service).some(({ key }) => TELLING.has(key))) return member;
  return withWholeBuild(withHookImages(withImpliedDependencies(member)));
}

function withDefaultMembership(service: Node): Node {
  const elsewhere = ['provider', 'network_mode'].some((key) => !isNothing(valueAt(service, key)));
  if (elsewhere || entriesOf(valueAt(service, 'networks')).length > 0) return service;
  const at = placeOf(service);
  return withKey(
    service,
    'networks',
    map([{ key: 'default', keyAt: at, value: scalar(null, at) }], at),
  );
}

function withDefaultNetwork(model: Node): Node {
  const services = entriesOf(valueAt(model, 'services'));
  const used = services.some(
    ({ value }) => entryOf(valueAt(value, 'networks'), 'default') !== undefined,
  );
  const networks = valueAt(model, 'networks');
  if (!used || entryOf(networks, 'default') !== undefined) return model;
  const at = placeOf(valueAt(model, 'services') ?? model);
  const ipam: Entry = { key: 'ipam', keyAt: at, value: map([], at) };
  const added: Entry = { key: 'default', keyAt: at, value: map([ipam], at) };
  return withKey(model, 'networks', map([...entriesOf(networks), added], networks?.at ?? at));
}

interface Implied {
  readonly service: string;
  readonly restart: boolean;
  readonly at: Span;
}

function withImpliedDependencies(service: Node): Node {
  const present = entriesOf(valueAt(service, 'depends_on'));
  const known = new Set(present.map(({ key }) => key));
  const added: Entry[] = [];
  for (const implied of impliedDependencies(service)) {
    if (known.has(implied.service)) continue;
    known.add(implied.service);
    added.push(dependencyEntry(implied));
  }
  if (added.length === 0) return service;
  const at = valueAt(service, 'depends_on')?.at ?? placeOf(service);
  return withKey(service, 'depends_on', map([...present, ...added], at));
}

function impliedDependencies(service: Node): readonly Implied[] {
  const links = itemsOf(valueAt(service, 'links')).map((link) => namedBy(link, true));
  const namespaces = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].flatMap((key) => {
    const value = valueAt(service, key);
    const text = textOf(value);
    if (value === undefined || text?.startsWith('service:') !== true) return [];
    return [{ service: text.slice('service:'.length), restart: true, at: value.at }];
  });
  const volumes = itemsOf(valueAt(service, 'volumes_from'))
    .filter((from) => textOf(from)?.startsWith('container:') === false)
    .map((from) => namedBy(from, false));
  return [...links, ...namespaces, ...volumes];
}

function namedBy(node: Node, restart: boolean): Implied {
  return { service: textOf(node)?.split(':', 1)[0] ?? '', restart, at: node.at };
}

function dependencyEntry({ service, restart, at }: Implied): Entry {
  const entry = (key: string, value: string | boolean): Entry => ({
    key,
    keyAt: at,
    value: scalar(value, at),
  });
  const entries = [
    entry('condition', 'service_started'),
    ...(restart ? [entry('restart', true)] : []),
    entry('required', true),
  ];
  return { key: service, keyAt: at, value: map(entries, at) };
}

/** A hook before the start runs in the service's own image unless it names one. */
function withHookImages(service: Node): Node {
  const image = valueAt(service, 'image');
  if (textOf(image) === undefined || image === undefined) return service;
  return changeKey(service, 'pre_start', (hooks) =>
    list(
      itemsOf(hooks).map((hook) =>
        isNothing(valueAt(hook, 'image')) ? withKey(hook, 'image', image) : hook,
      ),
      hooks.at,
    ),
  );
}

function withWholeBuild(service: Node): Node {
  return changeKey(service, 'build', (written) => {
    const build = withoutEmpty(changeKey(written, 'args', withoutUnset), 'args');
    const named = ['dockerfile', 'dockerfile_inline'].some(
      (key) => !isNothing(valueAt(build, key)),
    );
    return named ? build : withKey(build, 'dockerfile', scalar('Dockerfile', build.at));
  });
}

/** Docker gives a build argument without a value to no build. */
function withoutUnset(node: Node): Node {
  return map(
    entriesOf(node).filter(({ value }) => !isNothing(value)),
    node.at,
  );
}

/** A resource of the project is called `<project>_<key>` on the engine, an external one by its key. */
function withResourceNames(model: Node, projectName: string): Node {
  let named = model;
  for (const section of ['networks', 'volumes', 'configs', 'secrets']) {
    named = changeKey(named, section, (resources) =>
      mapValues(resources, (resource, { key, keyAt }) => {
        if (textOf(valueAt(resource, 'name')) !== undefined) return resource;
        const external = flagOf(valueAt(resource, 'external')) === true;
        const name = scalar(external ? key : `${projectName}_${key}`, keyAt);
        return withKey(isNothing(resource) ? map([], keyAt) : resource, 'name', name);
      }),
    );
  }
  return named;
}

/** One line of a value that may be long: what nobody wrote is blamed on what it belongs to. */
function placeOf(node: Node): Span {
  const first = entriesOf(node)[0];
  return first?.keyAt ?? node.at;
}
