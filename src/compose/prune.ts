import type { Diagnostic, Span } from '../model/diagnostic.ts';
import type { Node } from './node.ts';

/**
 * The tree without the values that errors point at, so that what follows can go on and find more mistakes, without
 * stumbling over the same ones again.
 */
export function withoutMistakes(node: Node, diagnostics: readonly Diagnostic[]): Node {
  const wrong = diagnostics.flatMap(({ severity, at }) =>
    severity === 'error' && at !== undefined ? [at] : [],
  );
  return wrong.length === 0 ? node : prune(node, new Places(wrong));
}

function prune(node: Node, wrong: Places): Node {
  switch (node.kind) {
    case 'scalar':
      return node;
    case 'list':
      return {
        ...node,
        items: node.items
          .filter((item) => !isMistake(item, wrong))
          .map((item) => prune(item, wrong)),
      };
    case 'map':
      return {
        ...node,
        entries: node.entries
          .filter(({ keyAt, value }) => !wrong.hasWithin(keyAt) && !isMistake(value, wrong))
          .map((entry) => ({ ...entry, value: prune(entry.value, wrong) })),
      };
  }
}

/** Is the value itself what is wrong, and not a part of it? */
function isMistake(node: Node, wrong: Places): boolean {
  return node.kind === 'scalar' ? wrong.hasWithin(node.at) : wrong.has(node.at);
}

/** Places that are asked for by where they begin. */
class Places {
  readonly #starts = new Map<string, number[]>();
  readonly #exact = new Set<string>();

  constructor(places: readonly Span[]) {
    for (const { file, start, end } of places) {
      this.#exact.add(`${start} ${end} ${file}`);
      const starts = this.#starts.get(file) ?? [];
      starts.push(start);
      this.#starts.set(file, starts);
    }
    for (const starts of this.#starts.values()) starts.sort((one, other) => one - other);
  }

  has({ file, start, end }: Span): boolean {
    return this.#exact.has(`${start} ${end} ${file}`);
  }

  /** Does one of them lie within `span`? */
  hasWithin(span: Span): boolean {
    if (this.has(span)) return true;
    const starts = this.#starts.get(span.file) ?? [];
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) < span.start) low = middle + 1;
      else high = middle;
    }
    return (starts[low] ?? Infinity) < span.end;
  }
}
