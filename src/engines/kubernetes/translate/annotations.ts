import type { ProjectContext } from './context.ts';
import { type DraftMap, filledMap, from } from './draft.ts';
import { entriesOf, type Place, textOf } from './place.ts';

/**
 * Labels of Compose are annotations of a cluster: their values may be anything. Where two say the same, the last wins.
 *
 * @see https://kubernetes.io/docs/concepts/overview/working-with-objects/annotations/#syntax-and-character-set
 */
export function annotationsFrom(
  { account }: ProjectContext,
  ...sections: readonly Place[]
): DraftMap | undefined {
  const annotations = sections.flatMap(entriesOf).flatMap(([key, value]) => {
    if (isAnnotationKey(key)) return [[key, from(textOf(value) ?? '', value)] as const];
    account.unsupported(
      value,
      'a cluster cannot spell this name',
      'Shorten it to 63 letters, digits, dots, dashes and underscores.',
    );
    return [];
  });
  return filledMap(Object.fromEntries(annotations));
}

function isAnnotationKey(key: string): boolean {
  const [prefix, name] = key.includes('/') ? splitOnce(key) : [undefined, key];
  const isPrefix =
    prefix === undefined ||
    (prefix.length <= 253 &&
      /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(prefix));
  return isPrefix && name.length <= 63 && /^[a-zA-Z0-9]([-\w.]*[a-zA-Z0-9])?$/.test(name);
}

function splitOnce(key: string): readonly [string, string] {
  const slash = key.indexOf('/');
  return [key.slice(0, slash), key.slice(slash + 1)];
}
