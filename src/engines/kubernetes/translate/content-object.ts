import type { ProjectContext, ServiceContext } from './context.ts';
import { labelsOf, projectLabels } from './context.ts';
import { type DraftMap, type DraftObject, from } from './draft.ts';
import { nameByContent } from './names.ts';
import type { Place } from './place.ts';

export interface ContentEntry {
  readonly key: string;
  readonly bytes: Uint8Array;
  /** What it was made of. */
  readonly places: readonly Place[];
}

export interface ContentOptions {
  readonly base: string;
  readonly data: readonly ContentEntry[];
  /** Whose it is: a service's, or the project's. */
  readonly context: ServiceContext | ProjectContext;
}

/**
 * A Secret or ConfigMap that never changes: another content is another object with another name. That is what makes a
 * new value reach the pods, and the old one still be there for those that go back.
 */
export function contentObject(
  kind: 'Secret' | 'ConfigMap',
  { base, data, context }: ContentOptions,
): DraftObject {
  const sorted = data.toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const encoded = sorted.map(({ key, bytes }) => [key, Buffer.from(bytes).toString('base64')]);
  const isService = 'service' in context;
  const metadata = {
    name: nameByContent(base, JSON.stringify(encoded)),
    namespace: isService ? context.parent.namespace : context.namespace,
    labels: isService ? labelsOf(context) : projectLabels(context),
  };
  const common = { apiVersion: 'v1', kind, metadata, immutable: true };
  if (kind === 'Secret') return { ...common, type: 'Opaque', data: asBase64(sorted) };
  const binary = sorted.filter((entry) => !isText(entry));
  const text = sorted.filter(isText);
  return {
    ...common,
    data: text.length === 0 ? undefined : asText(text),
    binaryData: binary.length === 0 ? undefined : asBase64(binary),
  };
}

function asBase64(entries: readonly ContentEntry[]): DraftMap {
  return Object.fromEntries(
    entries.map(({ key, bytes, places }) => [
      key,
      from(Buffer.from(bytes).toString('base64'), ...places),
    ]),
  );
}

function asText(entries: readonly ContentEntry[]): DraftMap {
  return Object.fromEntries(
    entries.map(({ key, bytes, places }) => [key, from(textOfBytes(bytes) ?? '', ...places)]),
  );
}

function isText({ bytes }: ContentEntry): boolean {
  return textOfBytes(bytes) !== undefined;
}

/** Absent where the bytes are no text. */
function textOfBytes(bytes: Uint8Array): string | undefined {
  const text = Buffer.from(bytes).toString('utf8');
  return !text.includes('�') && !text.includes('\0') ? text : undefined;
}
