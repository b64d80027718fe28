import type { Span } from '../model/diagnostic.ts';
import type { Entry, MapNode, Node } from './node.ts';

/**
 * Puts what `<<` names into the map: keys of the map itself win, then those of the first map named.
 *
 * @see https://yaml.org/type/merge.html
 */
export function mergedEntries(entries: readonly Entry[]): {
  readonly entries: readonly Entry[];
  /** Places where `<<` names something that is not a map. */
  readonly wrong: readonly Span[];
} {
  const wrong: Span[] = [];
  const taken = new Set(entries.filter(({ key }) => key !== '<<').map(({ key }) => key));
  const merged = entries.flatMap((entry) => {
    if (entry.key !== '<<') return [entry];
    const maps = mapsOf(entry.value);
    if (maps === undefined) wrong.push(entry.keyAt);
    return (maps ?? []).flatMap(({ entries: inherited }) =>
      inherited.filter(({ key }) => {
        if (taken.has(key)) return false;
        taken.add(key);
        return true;
      }),
    );
  });
  return { entries: merged, wrong };
}

function mapsOf(node: Node): readonly MapNode[] | undefined {
  if (node.kind === 'map') return [node];
  if (node.kind !== 'list') return undefined;
  const maps = node.items.filter((item) => item.kind === 'map');
  return maps.length === node.items.length ? maps : undefined;
}
