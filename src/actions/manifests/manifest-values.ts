import { Buffer } from 'node:buffer';

import type { Node } from '../../compose/node.ts';
import type { EnvironmentValue } from '../../model/project.ts';
import { isSecretName } from '../../model/secrets.ts';
import { at, type Manifest } from './manifest.ts';

/** Shorter ones are names of databases and users, which are everywhere and need not be hidden. */
const LONG = 16;
/** Of a password. */
const SHORTEST = 6;

/** What the Secrets among the manifests hold, as it is written and as programs get it. A long text counts line by line, too. */
export function secretValuesOf(manifests: readonly Manifest[]): ReadonlySet<string> {
  const values = manifests
    .filter(({ object }) => object.kind === 'Secret')
    .flatMap(({ node }) => {
      const data = texts(at(node, 'data'));
      const plain = data.map(([key, value]) => [key, decoded(value)] as const);
      return [...texts(at(node, 'stringData')), ...data, ...plain];
    })
    .flatMap(([key, value]) => {
      const shortest = isSecretName(key) ? SHORTEST : LONG;
      return [value.trim(), ...value.split('\n').map((line) => line.trim())].filter(
        (each) => each.length >= shortest,
      );
    });
  return new Set(values);
}

/** The variables of a container, as far as the manifests themselves say them; those written in place win. */
export function variablesOf(
  container: Node,
  manifests: readonly Manifest[],
): ReadonlyMap<string, EnvironmentValue> {
  const variables = new Map<string, EnvironmentValue>();
  for (const source of itemsOf(at(container, 'envFrom'))) {
    const prefix = textOf(at(source, 'prefix')) ?? '';
    for (const [key, value] of contentOf(source, manifests))
      variables.set(`${prefix}${key}`, { value });
  }
  for (const entry of itemsOf(at(container, 'env'))) {
    const name = textOf(at(entry, 'name'));
    const value = textOf(at(entry, 'value')) ?? referred(at(entry, 'valueFrom'), manifests);
    if (name !== undefined && value !== undefined) variables.set(name, { value, at: entry.at });
  }
  return variables;
}

function referred(source: Node | undefined, manifests: readonly Manifest[]): string | undefined {
  if (source === undefined) return undefined;
  const key =
    textOf(at(source, 'secretKeyRef', 'key')) ?? textOf(at(source, 'configMapKeyRef', 'key'));
  return contentOf(source, manifests).find(([name]) => name === key)?.[1];
}

/** All that a Secret or a ConfigMap among the manifests holds. */
function contentOf(
  source: Node,
  manifests: readonly Manifest[],
): readonly (readonly [string, string])[] {
  const secret =
    textOf(at(source, 'secretRef', 'name')) ?? textOf(at(source, 'secretKeyRef', 'name'));
  const name =
    secret ??
    textOf(at(source, 'configMapRef', 'name')) ??
    textOf(at(source, 'configMapKeyRef', 'name'));
  const kind = secret === undefined ? 'ConfigMap' : 'Secret';
  const found = manifests.find(
    ({ object }) => object.kind === kind && object.metadata.name === name,
  );
  if (found === undefined) return [];
  const data = texts(at(found.node, 'data'));
  if (kind === 'ConfigMap') return data;
  const plain = data.map(([key, value]) => [key, decoded(value)] as const);
  return [...plain, ...texts(at(found.node, 'stringData'))];
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8');
}

function texts(map: Node | undefined): readonly (readonly [string, string])[] {
  if (map?.kind !== 'map') return [];
  return map.entries.flatMap(({ key, value }) => {
    const text = textOf(value);
    return text === undefined ? [] : [[key, text] as const];
  });
}

function itemsOf(node: Node | undefined): readonly Node[] {
  return node?.kind === 'list' ? node.items : [];
}

export function textOf(node: Node | undefined): string | undefined {
  return node?.kind === 'scalar' && node.value !== null ? String(node.value) : undefined;
}
