import { createHash } from 'node:crypto';

import type { ContentSource, Json } from '../model/project.ts';
import { grantedSources, relevantParts, sectionAt } from '../model/relevant-parts.ts';
import type { FileContent } from './load-request.ts';

export interface FingerprintMaterial {
  readonly canonical: Json;
  readonly secrets: readonly ContentSource[];
  readonly configs: readonly ContentSource[];
}

/** Makes the SHA-256 of everything that would make a running copy of a service out of date. */
export function fingerprintOf(material: FingerprintMaterial): (service: string) => string {
  const services = sectionAt(material.canonical, 'services');
  let digests: Digests | undefined;
  return (name) => {
    const known = (digests ??= digestsOf(material));
    const service = sectionAt(services, name);
    const granted = ['secrets', 'configs'].flatMap((kind) =>
      grantedSources(service?.[kind]).map((key) => known.get(`${kind} ${key}`) ?? ''),
    );
    return sha256(JSON.stringify([relevantParts(service ?? {}), granted]));
  };
}

/** By kind and key, as in `secrets db_password`. */
type Digests = ReadonlyMap<string, string>;

function digestsOf({ secrets, configs }: FingerprintMaterial): Digests {
  return new Map([
    ...secrets.map(({ key, digest = '' }): [string, string] => [`secrets ${key}`, digest]),
    ...configs.map(({ key, digest = '' }): [string, string] => [`configs ${key}`, digest]),
  ]);
}

/** The source with the digest of its content, which is made when it is asked for. */
export function withDigest(
  source: ContentSource,
  contents: ReadonlyMap<string, FileContent>,
): ContentSource {
  return {
    ...source,
    get digest() {
      return digestOf(source, contents);
    },
  };
}

function digestOf(source: ContentSource, contents: ReadonlyMap<string, FileContent>): string {
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

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
