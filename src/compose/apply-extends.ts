import { dirname } from 'node:path';

import type { Span } from '../model/diagnostic.ts';
import { type DocumentPlace, documentsOf, fillVariables } from './documents.ts';
import { renaming } from './fixes.ts';
import { composeFile } from './language/compose-file.ts';
import { serviceForm } from './language/service.ts';
import { type Loading, namedPath, pathBase } from './loading.ts';
import { merge } from './merge.ts';
import type { Node } from './node.ts';
import { normalise } from './normalise.ts';
import { resolvePaths } from './resolve-paths.ts';
import { withoutMistakes } from './prune.ts';
import { nearest, onlyNearest } from '../model/nearest.ts';
import {
  changeKey,
  entriesOf,
  entryOf,
  isNothing,
  map,
  mapValues,
  textOf,
  valueAt,
  withoutKey,
} from './tree.ts';
import { validatePart } from './validate.ts';

interface Link {
  readonly file: string;
  readonly service: string;
  /** Where the next service is named. */
  readonly at: Span;
}

interface Family {
  readonly loading: Loading;
  readonly place: DocumentPlace;
  /** Services of the file at hand, as written. */
  readonly services: Node;
  /** Those that are finished. */
  readonly done: Map<string, Node>;
}

/** Gives every service what it takes over from another, of this file or of a further one. */
export function applyExtends(loading: Loading, document: Node, place: DocumentPlace): Node {
  const services = valueAt(document, 'services');
  if (!entriesOf(services).some(({ value }) => entryOf(value, 'extends') !== undefined)) {
    return document;
  }
  const family = { loading, place, services: services ?? map([], document.at), done: new Map() };
  return changeKey(document, 'services', (node) =>
    mapValues(node, (value, { key }) => finished(family, key, []) ?? value),
  );
}

/** A service with all that it takes over; absent when there is no such service. */
function finished(family: Family, name: string, chain: readonly Link[]): Node | undefined {
  const before = family.done.get(name);
  if (before !== undefined) return before;
  const service = valueAt(family.services, name);
  if (service === undefined) return undefined;
  const after = withBase(family, service, { name, chain });
  family.done.set(name, after);
  return after;
}

interface Member {
  readonly name: string;
  readonly chain: readonly Link[];
}

function withBase(family: Family, service: Node, { name, chain }: Member): Node {
  const wanted = valueAt(service, 'extends');
  if (wanted === undefined) return service;
  const own = withoutKey(service, 'extends');
  const target = valueAt(wanted, 'service') ?? wanted;
  const base = textOf(target);
  if (base === undefined) {
    if (wanted.kind === 'map' && entryOf(wanted, 'service') === undefined)
      reportNameless(family.loading, name, wanted);
    return spoiled(family, name, own);
  }
  const link = { file: family.place.file, service: name, at: target.at };
  if (isTooLong(family.loading, chain, link) || isCycle(family.loading, [...chain, link]))
    return spoiled(family, name, own);
  const fileNode = valueAt(wanted, 'file');
  const source =
    fileNode === undefined ? family : familyOf(family, { base, file: fileNode, from: target.at });
  const { names } = family.loading;
  if (source === undefined) return spoiled(family, name, own);
  const inherited = finished(source, base, [...chain, link]);
  if (inherited === undefined) reportUnknown(source, base, target.at);
  if (inherited === undefined || names.isSpoiled(source.place.file, base))
    names.spoil(family.place.file, name);
  if (inherited === undefined) return own;
  // Docker Compose leaves the key where the base is there and empty.
  return isNothing(inherited) ? service : merge(inherited, own, serviceForm);
}

function reportNameless(loading: Loading, name: string, { at }: Node): void {
  loading.report({
    code: 'compose/missing-key',
    severity: 'error',
    message: `extends of ${name} has no service`,
    help: 'Add service: with the name of the service to start from.',
    at,
  });
}

/** Without its base a service is not all that was written. */
function spoiled({ loading, place }: Family, name: string, own: Node): Node {
  loading.names.spoil(place.file, name);
  return own;
}

/** Longer than any author's, and short enough to be followed step by step. */
const LONGEST_CHAIN = 200;

function isTooLong(loading: Loading, chain: readonly Link[], { at }: Link): boolean {
  if (chain.length < LONGEST_CHAIN) return false;
  loading.report({
    code: 'compose/extends-cycle',
    severity: 'error',
    message: `services extend each other more than ${LONGEST_CHAIN} times in a row`,
    help: 'Let them extend one common service instead of each other.',
    at,
  });
  return true;
}

function isCycle(loading: Loading, chain: readonly Link[]): boolean {
  const last = chain.at(-1);
  const first = chain.findIndex(
    ({ file, service }) => file === last?.file && service === last.service,
  );
  if (last === undefined || first === chain.length - 1) return false;
  const circle = chain.slice(first);
  loading.report({
    code: 'compose/extends-cycle',
    severity: 'error',
    message: `services extend each other in a circle: ${circle.map(({ service }) => service).join(' → ')}`,
    help: 'Put what they share into a service that extends nothing, and let both extend that.',
    at: circle[0]?.at ?? last.at,
    related: circle
      .slice(1, -1)
      .map(({ service, at }) => ({ message: `${service} goes on here`, at })),
  });
  return true;
}

function reportUnknown({ loading, place, services }: Family, base: string, at: Span): void {
  if (loading.needs.size > 0) return;
  const known = entriesOf(services).map(({ key }) => key);
  const near = nearest(base, known);
  const only = onlyNearest(base, known);
  const where = at.file === place.file ? '' : ` in ${place.file}`;
  loading.report({
    code: 'compose/unknown-base',
    severity: 'error',
    message: `extends names the service "${base}", but there is none${where}`,
    help:
      near === undefined
        ? `Services there: ${known.join(', ')}.`
        : `Did you mean ${near}? Services there: ${known.join(', ')}.`,
    at,
    ...(only !== undefined && renaming(at, only)),
  });
}

interface Elsewhere {
  readonly base: string;
  readonly file: Node;
  readonly from: Span;
}

/** The services of another file, with that file's paths already absolute. Absent while it is not read, or cannot be. */
function familyOf(family: Family, { base, file, from }: Elsewhere): Family | undefined {
  const { loading, place } = family;
  const name = textOf(file);
  if (name === undefined) return undefined;
  const path = namedPath(name, place);
  if (path === place.file) return family;
  const documents = documentsOf(loading, path, file.at);
  if (documents.length === 0) return undefined;
  const there: DocumentPlace = { ...place, file: path, workingDir: dirname(path), at: from };
  const services = documents
    .map((document) => servicesOf(loading, document, { there, base }))
    .reduce((below, above) => merge(below, above, composeFile));
  return {
    loading,
    place: there,
    services: valueAt(services, 'services') ?? map([], file.at),
    done: new Map(),
  };
}

/** Only the service that is asked for is checked, and those that it extends: the file need not work by itself. */
function servicesOf(
  loading: Loading,
  document: Node,
  { there, base }: { readonly there: DocumentPlace; readonly base: string },
): Node {
  const filled = fillVariables(loading, document, there);
  const services = valueAt(filled, 'services');
  const bases = basesOf(services, base);
  const found = [...bases].flatMap((name) => {
    const service = valueAt(services, name);
    return isNothing(service) || service === undefined
      ? []
      : validatePart(service, serviceForm, `services.${name}`);
  });
  const diagnostics = loading.certain(found);
  loading.reportAll(diagnostics);
  loading.names.spoilServices(filled, diagnostics, there.file);
  const wanted = entriesOf(services).filter(({ key }) => bases.has(key));
  const alone = map(
    [{ key: 'services', keyAt: filled.at, value: map(wanted, filled.at) }],
    filled.at,
  );
  const sound = normalise(withoutMistakes(alone, diagnostics), composeFile, 'base');
  return resolvePaths(sound, composeFile, pathBase(there.workingDir, there.environment));
}

function basesOf(services: Node | undefined, first: string): ReadonlySet<string> {
  const bases = new Set<string>();
  let name: string | undefined = first;
  while (name !== undefined && !bases.has(name)) {
    bases.add(name);
    const next: Node | undefined = valueAt(services, name, 'extends');
    const file = valueAt(next, 'file');
    name = file === undefined ? textOf(valueAt(next, 'service') ?? next) : undefined;
  }
  return bases;
}
