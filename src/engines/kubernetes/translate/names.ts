import { createHash } from 'node:crypto';

/** Pods of a StatefulSet carry its name with eleven characters behind it in a label, of which 63 are allowed. */
const LONGEST = 52;

/**
 * A name that every kind of object may have: letters, digits and dashes, a letter first.
 *
 * A name that has to change keeps what it can; two that would become the same get a part of their digest.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#rfc-1035-label-names
 */
export function objectName(text: string, taken: ReadonlySet<string> = new Set()): string {
  const spelled = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  const name = /^[a-z]/.test(spelled) ? spelled : `s-${spelled}`.replace(/-$/, '');
  if (name.length <= LONGEST && !taken.has(name)) return name;
  return `${name.slice(0, LONGEST - 9).replace(/-+$/, '')}-${digestOf(text).slice(0, 8)}`;
}

/** Names for all of `texts`, none of them twice; those that can stay as they are do. */
export function objectNames(texts: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  const taken = new Set<string>();
  const inOrder = texts.toSorted((one, other) => changes(one) - changes(other));
  for (const text of inOrder) {
    const name = objectName(text, taken);
    taken.add(name);
    names.set(text, name);
  }
  return names;
}

/** `base` with a digest of `content` behind it: another content is another object. */
export function nameByContent(base: string, content: string): string {
  return `${base}-${digestOf(content).slice(0, 10)}`;
}

/** A key of a Secret or ConfigMap that says what it says, as far as it may. */
export function dataKey(text: string): string {
  const key = text.replaceAll(/[^-._a-zA-Z0-9]+/g, '_');
  return /^\.{0,2}$/.test(key) || key.length > 253 || key !== text
    ? `${key.replaceAll(/^\.+/g, '').slice(0, 200)}-${digestOf(text).slice(0, 8)}`
    : key;
}

function changes(text: string): number {
  return objectName(text) === text ? 0 : 1;
}

function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
