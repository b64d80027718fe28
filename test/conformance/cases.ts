import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import type { Value } from './go/evaluate.ts';
import { type TestFunction, testFunctions } from './go/functions.ts';

/** What is given to both: Compose files, in the order of merging, and what surrounds them. */
export interface Case {
  /** Package, test function, and what the files say, in short. */
  readonly name: string;
  /** Their texts, or absolute paths of files that are there already. */
  readonly files: readonly (string | { readonly path: string })[];
  /** Further files, by their path relative to the project's folder. */
  readonly beside: Readonly<Record<string, string>>;
  /** Absolute; absent where the case has a folder of its own. */
  readonly folder?: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Files that grow without end are a matter of time and memory, not of what they mean. */
const BOMBS = /AliasBomb/;

type Found = Omit<Case, 'name'>;

/** Every Compose file in the tests of compose-go, as a case; each once. */
export function casesIn(module: string): readonly Case[] {
  const cases = new Map<string, Case>();
  const add = (where: string, found: Found): void => {
    const key = createHash('sha256').update(JSON.stringify(found)).digest('hex').slice(0, 8);
    if (!cases.has(key)) cases.set(key, { name: `${where} ${key}`, ...found });
  };
  for (const folder of foldersWithTests(module)) {
    const where = relative(module, folder);
    for (const test of testFunctions(sourcesIn(folder))) {
      if (BOMBS.test(test.name)) continue;
      for (const found of casesOf(test, folder)) add(`${where} ${test.name}`, found);
    }
  }
  for (const path of fixturesIn(module)) {
    const found = { files: [{ path }], beside: {}, folder: dirname(path), environment: {} };
    add(relative(module, path), found);
  }
  return [...cases.values()];
}

function foldersWithTests(module: string): readonly string[] {
  const files = readdirSync(module, { recursive: true, encoding: 'utf8' });
  const folders = files.filter((file) => file.endsWith('_test.go')).map((file) => dirname(file));
  return [...new Set(folders)].toSorted().map((folder) => join(module, folder));
}

export function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('_test.go') && !file.includes('windows'))
    .toSorted()
    .map((file) => readFileSync(join(folder, file), 'utf8'));
}

function fixturesIn(module: string): readonly string[] {
  return readdirSync(module, { recursive: true, encoding: 'utf8' })
    .filter((file) => /testdata\/.*\.ya?ml$/.test(file))
    .toSorted()
    .map((file) => join(module, file));
}

function casesOf(test: TestFunction, folder: string): readonly Found[] {
  const tree = treeCase(test);
  if (tree !== undefined) return [tree];
  const pairs = [...groupsInCalls(test), ...groupsInTables(test), ...groupsOfFiles(test)];
  const known = new Set(pairs.flatMap(({ files }) => (files.length > 1 ? files : [])));
  const single = pairs.filter(
    ({ files: [only], files }) => files.length > 1 || !known.has(only ?? ''),
  );
  const told = new Set(pairs.flatMap(({ files }) => files));
  const others = [...test.strings, ...modelsInGo(test), ...shortForms(test)]
    .filter((text) => isCompose(text) && !told.has(text))
    .map((text) => ({ files: [text], environment: {} }));
  return [...single, ...others].map((each) => ({ ...each, beside: {}, folder }));
}

interface Group {
  readonly files: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Models that are handed to a function together are loaded together; the last of a merge is what is expected. */
function groupsInCalls({ calls }: TestFunction): readonly Group[] {
  return [...calls.values()].flatMap(({ name, args }) => {
    const files = args.filter(isCompose);
    if (files.length === 0 || name === 'assert.Equal') return [];
    const environment = environmentIn(args);
    if (name === 'assertMergeYaml') return [{ files: files.slice(0, 2), environment }];
    const apart = name === 'assertUnicity' || name === 'loadsAs';
    return apart ? files.map((file) => ({ files: [file], environment })) : [{ files, environment }];
  });
}

/** Rows of a table with `base` and `override`. */
function groupsInTables({ composites }: TestFunction): readonly Group[] {
  return [...composites.values()].flatMap(({ value }) =>
    listOf(value).flatMap((row) => {
      const [base, override] = [fieldOf(row, 'base'), fieldOf(row, 'override')];
      if (!isCompose(base) || !isCompose(override)) return [];
      return [{ files: [base, override], environment: {} }];
    }),
  );
}

/** `ConfigDetails`, and lists of `ConfigFile`. */
function groupsOfFiles({ composites }: TestFunction): readonly Group[] {
  return [...composites.values()].flatMap(({ type, value }) => {
    if (!type.endsWith('ConfigDetails')) return [];
    const files = listOf(fieldOf(value, 'ConfigFiles'))
      .map((file) => fieldOf(file, 'Content'))
      .filter(isCompose);
    return files.length === 0
      ? []
      : [{ files, environment: environmentIn([fieldOf(value, 'Environment')]) }];
  });
}

/** Models that are written as Go values, which is JSON but for the words. */
function modelsInGo({ composites }: TestFunction): readonly string[] {
  return [...composites.values()].flatMap(({ type, value }) => {
    if (!/^map\[string\](?:any|interface\{\})$/.test(type)) return [];
    const text = isKnown(value) ? JSON.stringify(value, undefined, 1) : '';
    return /^ "(?:services|volumes|networks|configs|secrets|include)": \{/m.test(text)
      ? [text]
      : [];
  });
}

/** Short forms of mounts and ports that a parser is tried with, each in a service of its own. */
function shortForms({ name, calls, composites }: TestFunction): readonly string[] {
  const specs = /Volume/.test(name) ? 'volumes' : /Port/.test(name) ? 'ports' : undefined;
  if (specs === undefined) return [];
  const told = [...calls.values()].flatMap((call) =>
    call.name === 'ParseVolume' ? call.args : [],
  );
  const listed = [...composites.values()].flatMap(({ type, value }) => {
    if (type === '[]string') return listOf(value);
    return listOf(value).map((row) => fieldOf(row, 'value'));
  });
  return [...told, ...listed]
    .flatMap((spec) => textOf(spec) ?? [])
    .map(
      (spec) => `services:\n  test:\n    image: test\n    ${specs}: [${JSON.stringify(spec)}]\n`,
    );
}

/** A test that writes files first: they are all there, and `compose.yaml` (or `.yml`) is the one that is loaded. */
function treeCase({ calls }: TestFunction): Found | undefined {
  const written: Record<string, string> = {};
  for (const { name, args } of calls.values()) {
    const [path, text] = writtenBy(name, args);
    if (path?.startsWith('@/') === true && text !== undefined) written[path.slice(2)] = text;
  }
  const name = ['compose.yaml', 'compose.yml'].find((each) => each in written) ?? '';
  const { [name]: main, ...beside } = written;
  return main === undefined ? undefined : { files: [main], beside, environment: {} };
}

function writtenBy(name: string, args: readonly Value[]): readonly (string | undefined)[] {
  const [first, second, third, fourth, fifth] = args.map(textOf);
  if (name === 'os.WriteFile') return [first, second];
  if (name === 'createFile') return [`${second}/${fourth}`, third];
  if (name === 'createFileSubDir') return [`${second}/${third}/${fifth}`, fourth];
  return [];
}

function environmentIn(args: readonly Value[]): Readonly<Record<string, string>> {
  for (const value of args) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) continue;
    const entries = Object.entries(value).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    if (entries.length > 0) return Object.fromEntries(entries);
  }
  return {};
}

/** A text with a key at the left margin that a Compose file may begin with. */
function isCompose(value: Value): value is string {
  return (
    typeof value === 'string' &&
    value.includes('\n') &&
    /^(?:services|volumes|networks|configs|secrets|include|models|name|version|x-[\w-]+):/m.test(
      value,
    )
  );
}

function isKnown(value: Value): boolean {
  if (value === undefined) return false;
  if (typeof value !== 'object' || value === null) return true;
  return Object.values(value).every((each: Value) => isKnown(each));
}

export function fieldOf(value: Value, name: string): Value {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return Object.entries(value).find(([key]) => key === name)?.[1];
}

function listOf(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: Value): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
