import type { Node } from './node.ts';
import { entriesOf, isNothing, itemsOf, textOf, textsOf } from './tree.ts';
import { splitWords } from './words.ts';

/** A list as it is, a text split into words; nothing is nothing. */
export function wordsOf(node: Node | undefined): readonly string[] | undefined {
  if (node === undefined || isNothing(node)) return undefined;
  if (node.kind === 'list') return textsOf(node);
  const words = splitWords(textOf(node) ?? '');
  return words.kind === 'words' ? words.words : undefined;
}

/** A map, or a list of `NAME=value`; what has no value is empty. */
export function textMap(node: Node | undefined): ReadonlyMap<string, string> {
  const pairs = entriesOf(node).map(({ key, value }): [string, string] => [
    key,
    textOf(value) ?? '',
  ]);
  const written = itemsOf(node).flatMap((item): [string, string][] => {
    const text = textOf(item);
    if (text === undefined) return [];
    const sign = text.indexOf('=');
    return [sign < 0 ? [text, ''] : [text.slice(0, sign), text.slice(sign + 1)]];
  });
  return new Map([...pairs, ...written]);
}
