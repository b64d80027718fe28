import { resolve } from 'node:path';

import { parseDotenv, type DotenvOptions, type ParsedDotenv } from './dotenv.ts';
import type { Loading } from './loading.ts';
import type { Entry, Node } from './node.ts';
import { parseRawEnvironment } from './raw-environment.ts';
import {
  entriesOf,
  flagOf,
  isNothing,
  itemsOf,
  map,
  mapValues,
  changeKey,
  scalar,
  textOf,
  valueAt,
  withKey,
  withoutEmpty,
  withoutKey,
} from './tree.ts';
import type { Variable, Variables } from './variable.ts';

/** Reads the files that `env_file` and `label_file` of every service name, and puts what they say into `environment` and `labels`. */
export function readServiceFiles(loading: Loading, model: Node, environment: Variables): Node {
  const reader = new ServiceFileReader(loading, environment);
  return changeKey(model, 'services', (services) =>
    mapValues(services, (service) => reader.withLabels(reader.withEnvironment(service))),
  );
}

class ServiceFileReader {
  readonly #loading: Loading;
  readonly #environment: Variables;
  /** Files whose content does not depend on who reads them: many services share one. */
  readonly #shared = new Map<string, ParsedDotenv>();

  constructor(loading: Loading, environment: Variables) {
    this.#loading = loading;
    this.#environment = environment;
  }

  withEnvironment(service: Node): Node {
    const files = itemsOf(valueAt(service, 'env_file'));
    if (files.length === 0) return withoutKey(service, 'env_file');
    const own = new Map(
      entriesOf(valueAt(service, 'environment')).map((entry) => [entry.key, entry]),
    );
    const read = new Map<string, Variable>();
    const lookUp = (name: string): string | undefined =>
      this.#environment.get(name)?.value ?? textOf(own.get(name)?.value) ?? read.get(name)?.value;
    for (const file of files) {
      for (const [name, variable] of this.#environmentFile(file, lookUp)) read.set(name, variable);
    }
    const node = map(
      joined(read, [...own.values()]),
      valueAt(service, 'environment')?.at ?? service.at,
    );
    return withoutEmpty(
      withKey(withoutKey(service, 'env_file'), 'environment', node),
      'environment',
    );
  }

  #environmentFile(file: Node, lookUp: DotenvOptions['lookUp']): Variables {
    const pathNode = valueAt(file, 'path') ?? file;
    const named = textOf(pathNode);
    if (named === undefined) return new Map();
    // Absolute already, unless paths were to be left as they are.
    const path = resolve(this.#loading.request.workingDir, named);
    if (flagOf(valueAt(file, 'required')) === false && this.#isMissing(path)) return new Map();
    const text = this.#loading.text(path, {
      what: 'env_file',
      code: 'compose/missing-env-file',
      help: 'Create it, correct the path, or write {path: …, required: false} to do without.',
      at: pathNode.at,
      secret: true,
    });
    if (text === undefined) return new Map();
    const raw = textOf(valueAt(file, 'format')) === 'raw';
    return this.#parse(text, { path, lookUp, parse: raw ? parseRawEnvironment : parseDotenv });
  }

  #isMissing(path: string): boolean {
    return this.#loading.content(path, { secret: true })?.kind !== 'text';
  }

  #parse(text: string, { path, lookUp, parse }: Reading): Variables {
    const key = `${parse.name} ${path}`;
    const before = this.#shared.get(key);
    if (before !== undefined) return before.variables;
    let depends = false;
    const parsed = parse(text, {
      file: path,
      lookUp: (name) => {
        depends = true;
        return lookUp(name);
      },
    });
    if (!depends) this.#shared.set(key, parsed);
    this.#loading.reportAll(parsed.diagnostics);
    return parsed.variables;
  }

  withLabels(service: Node): Node {
    const files = valueAt(service, 'label_file');
    if (isNothing(files)) return service;
    const read = new Map<string, Variable>();
    const lookUp = (name: string): string | undefined => read.get(name)?.value;
    for (const file of files?.kind === 'scalar' ? [files] : itemsOf(files)) {
      const path = resolve(this.#loading.request.workingDir, textOf(file) ?? '');
      const named = {
        what: 'label_file',
        code: 'compose/missing-label-file',
        at: file.at,
        secret: true,
      } as const;
      const text = this.#loading.text(path, named);
      if (text === undefined) continue;
      for (const [name, variable] of this.#parse(text, { path, lookUp, parse: parseDotenv })) {
        read.set(name, variable);
      }
    }
    const own = entriesOf(valueAt(service, 'labels'));
    const node = map(joined(read, own), valueAt(service, 'labels')?.at ?? service.at);
    return withKey(service, 'labels', node);
  }
}

interface Reading {
  readonly path: string;
  readonly lookUp: DotenvOptions['lookUp'];
  readonly parse: (text: string, options: DotenvOptions) => ParsedDotenv;
}

/** What was read from files, under what the Compose file itself says. */
function joined(read: Variables, own: readonly Entry[]): readonly Entry[] {
  const names = new Set(own.map(({ key }) => key));
  const inherited = [...read].flatMap(([key, { value, at }]) =>
    names.has(key) || at === undefined ? [] : [{ key, keyAt: at, value: scalar(value, at) }],
  );
  return [...inherited, ...own];
}
