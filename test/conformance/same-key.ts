import { basename } from 'node:path';

import type { Node } from '../../src/compose/node.ts';
import { parseYaml } from '../../src/compose/parse-yaml.ts';
import type { Diagnostic, Span } from '../../src/model/diagnostic.ts';

interface Refusal {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
}

/**
 * Is one of our errors about what Docker Compose complains of? It must name every key, service or file that Docker's
 * message names, in its words or by its place; an error of YAML must be in the same line.
 */
export function namesSameKey(message: string, { diagnostics, sources }: Refusal): boolean {
  // There is no path to the alias in a tree that has no end.
  if (message.includes('cycle detected: node at path'))
    return diagnostics.some(({ code }) => code === 'compose/recursive-alias');
  const value = /^invalid (?:spec|containerPort|hostPort|proto): (.+?)(?:: |$)/.exec(message)?.[1];
  if (value !== undefined) return diagnostics.some((each) => each.message.includes(value));
  const line = lineIn(message);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  if (line !== undefined) {
    return errors.some(({ at }) => Math.abs(lineOf(at, sources) - line) <= 1);
  }
  const keys = keysIn(message);
  const named = errors.map((error) => namesOf(error, sources));
  // Docker Compose names all keys that are too many in one message, we each in its own.
  const apart = message.includes('additional properties') ? keys.map((key) => [key]) : [keys];
  return apart.every(
    (wanted) => wanted.length > 0 && named.some((names) => wanted.every((key) => names.has(key))),
  );
}

/** Errors of YAML and of `.env` files name a line and nothing else. */
function lineIn(message: string): number | undefined {
  if (!/failed to (?:parse|read)/.test(message) || keysIn(message).length > 0) return undefined;
  const found = /\bL(\d+)\.C/.exec(message) ?? /\bline (\d+)/.exec(message);
  return found === null ? undefined : Number(found[1]);
}

const PATH =
  /\b(?:services|networks|volumes|configs|secrets|models|include|extends|name)\b[.[][^\s:'"]+/;

const EMPTY = new Set([
  'empty compose file',
  'invalid empty volume spec',
  'no port specified: <empty>',
]);

/** The keys that a message of Docker Compose names: the last of a path, and what stands in quotes before the reason. */
function keysIn(message: string): readonly string[] {
  const said = message
    .replace(/^validating \S+: /, '')
    .replace(/: invalid compose project$/, '')
    .replace(/ (?:value )?(?:must|does not match|invalid value) .*/s, '');
  if (message.includes('map merge requires')) return ['<<'];
  const circle = /cycle detected:(.*)/s.exec(message)?.[1];
  if (circle !== undefined)
    return circle
      .split(/\s+(?:->|include|references.*)?\s*/s)
      .flatMap((word) => (word === '' ? [] : basename(word)));
  const nothing = ['port', 'empty'].find((word) => EMPTY.has(message) && message.includes(word));
  if (nothing !== undefined) return [nothing];
  const number = /non-string key in \S+ (\S+)$/.exec(message)?.[1];
  if (number !== undefined) return [number];
  const file = /(?:open|stat) (\S+): no such file/.exec(message)?.[1];
  if (file !== undefined) return [basename(file)];
  const required = /required variable (\S+)/.exec(message)?.[1];
  if (required !== undefined) return [required];
  if (/failed to (?:parse|read)/.test(message)) return [];
  const field = /field (\w+) must/.exec(message)?.[1];
  if (field !== undefined) return [field.toLowerCase()];
  const path = PATH.exec(said)?.[0].replace(/[\])]+$/, '');
  const last = path?.split(/[.[\]]+/).findLast((part) => part !== '' && !/^\d+$/.test(part));
  const quoted = [...said.matchAll(/["'`]([^"'`\s]+)["'`]/g)].flatMap(([, text]) => text ?? []);
  const missing = /undefined \w+ "?([^\s":]+)/.exec(said)?.[1];
  const single = /^(\w+)$/.exec(said)?.[1];
  const words = [last, missing, single, ...quoted.filter((text) => !PATH.test(text))];
  return [...new Set(words.flatMap((word) => word ?? []))];
}

/** Words of the message, and the keys that lead to its place. */
function namesOf({ message, at }: Diagnostic, sources: Refusal['sources']): ReadonlySet<string> {
  const words = message.split(/[\s"'`:,()[\]]+/).flatMap((word) => [word, ...word.split('.')]);
  const place = at === undefined ? [] : [basename(at.file), ...keysTo(at, sources)];
  const files = message.split(/[\s"]+/).map((word) => basename(word.replace(/[:,]$/, '')));
  return new Set([...words, ...files, ...place]);
}

function keysTo(at: Span, sources: Refusal['sources']): readonly string[] {
  const text = sources.get(at.file);
  if (text === undefined) return [];
  return parseYaml(text, at.file).documents.flatMap((document) => keysWithin(document, at) ?? []);
}

/** Keys from `node` to the place; absent when it does not lie in it. */
function keysWithin(node: Node, at: Span): readonly string[] | undefined {
  if (node.kind === 'list') {
    for (const item of node.items) {
      const below = keysWithin(item, at);
      if (below !== undefined) return below;
    }
  }
  if (node.kind === 'map') {
    for (const { key, keyAt, value } of node.entries) {
      if (contains(keyAt, at)) return [key];
      const below = keysWithin(value, at);
      if (below !== undefined) return [key, ...below];
    }
  }
  return contains(node.at, at) ? [] : undefined;
}

function contains(outer: Span, inner: Span): boolean {
  return outer.file === inner.file && outer.start <= inner.start && inner.end <= outer.end;
}

function lineOf(at: Span | undefined, sources: Refusal['sources']): number {
  if (at === undefined) return Number.NaN;
  return (sources.get(at.file) ?? '').slice(0, at.start).split('\n').length;
}
