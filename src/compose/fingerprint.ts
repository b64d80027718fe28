import { createHash } from 'node:crypto';

import type { ContentSource, Json } from '../model/project.ts';
import type { FileContent } from './load-request.ts';

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

export interface FingerprintMaterial {
  readonly canonical: Json;
  readonly secrets: readonly ContentSource[];
  readonly configs: readonly ContentSource[];
  readonly contents: ReadonlyMap<string, FileContent>;
}

/** Makes the SHA-256 of everything that would make a running copy of a service out of date. */
export function fingerprintOf(material: FingerprintMaterial): (service: string) => string {
  const services = objectAt(material.canonical, 'services');
  let digests: Digests | undefined;
  return (name) => {
    const known = (digests ??= digestsOf(material));
    const service = objectAt(services, name);
    const granted = ['secrets', 'configs'].flatMap((kind) =>
      sourcesOf(service?.[kind]).map((key) => known.get(`${kind} ${key}`) ?? ''),
    );
    return sha256(JSON.stringify([relevantOf(service ?? {}), granted]));
  };
}

/** By kind and key, as in `secrets db_password`. */
type Digests = ReadonlyMap<string, string>;

function digestsOf(material: FingerprintMaterial): Digests {
  return new Map([
    ...material.secrets.map((source): [string, string] => [
      `secrets ${source.key}`,
      digestOf(source, material),
    ]),
    ...material.configs.map((source): [string, string] => [
      `configs ${source.key}`,
      digestOf(source, material),
    ]),
  ]);
}

function relevantOf(service: Readonly<Record<string, Json>>): Readonly<Record<string, Json>> {
  const relevant: Record<string, Json> = {};
  for (const [key, value] of Object.entries(service)) {
    if (OF_NO_MATTER.has(key) || (key.startsWith('x-') && key !== 'x-bowline')) continue;
    if (key === 'x-bowline') relevant[key] = objectAt(value, 'native') ?? null;
    else if (key === 'deploy') relevant[key] = withoutKeys(value, OF_NO_MATTER_IN_DEPLOY);
    else relevant[key] = value;
  }
  return relevant;
}

function withoutKeys(value: Json, keys: ReadonlySet<string>): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.has(key)));
}

function digestOf(source: ContentSource, { contents }: FingerprintMaterial): string {
  switch (source.kind) {
    case 'external':
      return `external ${source.name}`;
    case 'environment':
      return sha256(source.value ?? '');
    case 'content':
      return sha256(source.value);
    case 'file': {
      const content = contents.get(source.path);
      if (content?.kind === 'text') return sha256(content.text);
      return content?.kind === 'unreadable' ? (content.digest ?? '') : '';
    }
  }
}

function sourcesOf(grants: Json | undefined): readonly string[] {
  return Array.isArray(grants)
    ? grants.flatMap((grant: Json) => {
        const source = isObject(grant) ? grant['source'] : grant;
        return typeof source === 'string' ? [source] : [];
      })
    : [];
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function objectAt(
  value: Json | undefined,
  key: string,
): Readonly<Record<string, Json>> | undefined {
  const found = isObject(value) ? value[key] : undefined;
  return isObject(found) ? found : undefined;
}

function isObject(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
